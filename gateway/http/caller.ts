import { randomUUID } from "node:crypto";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { FastifyRequest } from "fastify";
import type { Caller } from "../operation.ts";

export const requestIdHeader = "x-request-id";

/** Of this process alone; an id of its own for each request would take longer than all else that is done for its headers. */
const processId = randomUUID();
let requests = 0;

/** The id that the client gave, where it is one that may stand in logs and headers, or a new one. */
export function requestIdOf(request: IncomingMessage): string {
	const given = request.headers[requestIdHeader];
	if (typeof given === "string" && /^[\w.:-]{1,128}$/.test(given)) return given;
	requests += 1;
	return `${processId}.${requests}`;
}

/** Who sends an HTTP request; its signal ends when the client leaves before the answer. */
export function callerOf(request: Pick<FastifyRequest, "id" | "headers">, response: ServerResponse): Caller {
	return new HttpCaller(request, response);
}

/** Listens for the end of the connection once somebody asks for its signal: most operations end before. */
class HttpCaller implements Caller {
	readonly requestId: string;
	readonly credentials: { readonly authorization: string | null };
	readonly headers: IncomingHttpHeaders;
	readonly #response: ServerResponse;
	#left: AbortController | null = null;

	constructor({ id, headers }: Pick<FastifyRequest, "id" | "headers">, response: ServerResponse) {
		this.requestId = id;
		this.credentials = { authorization: headers.authorization ?? null };
		this.headers = headers;
		this.#response = response;
	}

	get endReason(): unknown {
		return hasLeft(this.#response) ? left : undefined;
	}

	get signal(): AbortSignal {
		this.#left ??= leftWith(this.#response);
		return this.#left.signal;
	}
}

function leftWith(response: ServerResponse): AbortController {
	const end = new AbortController();
	const leave = (): void => {
		if (hasLeft(response)) end.abort(left);
	};
	if (response.closed) leave();
	else response.once("close", leave);
	return end;
}

const left = new DOMException("The client has left", "AbortError");
const hasLeft = ({ closed, writableFinished }: ServerResponse): boolean => closed && !writableFinished;
