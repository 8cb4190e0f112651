import type { ServerResponse } from "node:http";
import type { FastifyReply } from "fastify";
import type { ExecutionResult } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import { answerOf, type HttpAnswer, jsonAnswer } from "./answer.ts";
import { legacyJson } from "./graphql-response.ts";

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
	return sendAnswer(reply, answerOf(mediaType, result));
}

/** Refuses a request that is none by the rules of HTTP. */
export function refuse(reply: FastifyReply, status: number, message: string) {
	const error = RequestError.of("BAD_USER_INPUT", message);
	return sendAnswer(reply, jsonAnswer(legacyJson, status, JSON.stringify(error)));
}

export function sendAnswer(reply: FastifyReply, { status, contentType, content, more }: HttpAnswer) {
	for (let at = 0; more !== null && at < more.length; at += 2) reply.header(more[at] ?? "", more[at + 1]);
	return reply.code(status).header("content-type", contentType).send(content);
}

/** The response below Fastify, with the headers that were set so far. */
export function hijack(reply: FastifyReply): ServerResponse {
	for (const [name, value] of Object.entries(reply.getHeaders())) {
		if (value !== undefined) reply.raw.setHeader(name, value);
	}
	reply.hijack();
	return reply.raw;
}
