import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import type { ExecutionResult } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import { WrittenResult } from "../complete/result-json.ts";
import { legacyJson, statusOf } from "./graphql-response.ts";

/** What was not executed is an answer, too. */
export async function orRefusal<T>(promise: Promise<T>): Promise<T | RequestError> {
	try {
		return await promise;
	} catch (error) {
		if (error instanceof RequestError) return error;
		throw error;
	}
}

export function sendResult(reply: FastifyReply, mediaType: string, result: ExecutionResult | RequestError) {
	if (result instanceof WrittenResult) return write(reply, mediaType, 200, result.json);
	const misplaced = result instanceof RequestError && result.code === "UNSUPPORTED";
	return send(reply, mediaType, misplaced ? 405 : statusOf(result, mediaType), result);
}

/** Refuses a request that is none by the rules of HTTP. */
export function refuse(reply: FastifyReply, status: number, message: string) {
	return send(reply, legacyJson, status, RequestError.of("BAD_USER_INPUT", message));
}

/** The response below Fastify, with the headers that were set so far. */
export function hijack(reply: FastifyReply): ServerResponse {
	for (const [name, value] of Object.entries(reply.getHeaders())) {
		if (value !== undefined) reply.raw.setHeader(name, value);
	}
	reply.hijack();
	return reply.raw;
}

function send(reply: FastifyReply, mediaType: string, status: number, result: object) {
	if (status === 405) reply.header("allow", "POST");
	// What is refused for want of room has room soon.
	if (status === 429 || status === 503) reply.header("retry-after", "1");
	return write(reply, mediaType, status, JSON.stringify(result));
}

function write(reply: FastifyReply, mediaType: string, status: number, json: string) {
	return reply.code(status).type(`${mediaType}; charset=utf-8`).send(json);
}
