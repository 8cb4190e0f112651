import { randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Caller } from "../operation.ts";

export const requestIdHeader = "x-request-id";

/** The id that the client gave, where it is one that may stand in logs and headers, or a new one. */
export function requestIdOf(request: IncomingMessage): string {
	const given = request.headers[requestIdHeader];
	return typeof given === "string" && /^[\w.:-]{1,128}$/.test(given) ? given : randomUUID();
}

/** Who sends an HTTP request; its signal ends when the client leaves before the answer. */
export function callerOf(request: FastifyRequest, reply: FastifyReply): Caller {
	const left = new AbortController();
	reply.raw.once("close", () => {
		if (!reply.raw.writableFinished) left.abort();
	});
	return {
		requestId: request.id,
		credentials: { authorization: request.headers.authorization ?? null },
		signal: left.signal,
		headers: request.headers,
	};
}
