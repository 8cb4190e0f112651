import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import type { GraphQLFormattedError } from "graphql";
import { type ErrorCode, errorCatalogue } from "../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { RequestError } from "../admit/request-error.ts";
import { publicErrors } from "../complete/public-error.ts";
import { type HttpAnswer, jsonAnswer } from "./answer.ts";
import { legacyJson } from "./graphql-response.ts";

const codeOfStatus: Readonly<Record<number, ErrorCode>> = { 404: "NOT_FOUND", 413: "LIMIT_EXCEEDED" };

const smallerBody = "Send it in parts: FEATUREGRAPH_GATEWAY_LIMIT_BODY_BYTES says how much one request may hold.";

/**
 * Answers what failed before or beside GraphQL, in GraphQL's form: on purpose with its code, an error of HTTP
 * with its status, all others masked.
 */
export function httpErrorHandler(logger: Logger) {
	return (error: FastifyError | Error, request: FastifyRequest, reply: FastifyReply) => {
		const { status, contentType, content } = errorAnswer(error, request.id, logger);
		return reply.code(status).header("content-type", contentType).send(content);
	};
}

/** The answer to a request that failed. */
export function errorAnswer(error: unknown, requestId: string, logger: Logger): HttpAnswer {
	const { status, errors } = describe(error instanceof Error ? error : new Error(String(error)), requestId, logger);
	return { ...jsonAnswer(legacyJson, status, JSON.stringify({ errors })), more: null };
}

/** Answers a request for a path that is not served. */
export function notFound(request: FastifyRequest, reply: FastifyReply) {
	const message = `Nothing is served at ${request.method} ${request.url.split("?", 1)[0]}.`;
	return reply.code(404).send({ errors: [{ message, extensions: { code: "NOT_FOUND" satisfies ErrorCode } }] });
}

function describe(
	error: FastifyError | Error,
	requestId: string,
	logger: Logger,
): { readonly status: number; readonly errors: readonly GraphQLFormattedError[] } {
	if (error instanceof RequestError)
		return { status: errorCatalogue[error.code].status, errors: error.toJSON().errors };
	if (error instanceof FeaturegraphError) {
		return {
			status: errorCatalogue[error.code].status,
			errors: publicErrors([error], { requestId, logger }).map((part) => part.toJSON()),
		};
	}
	const status = "statusCode" in error ? error.statusCode : undefined;
	if (status !== undefined && status >= 400 && status < 500) {
		const code = codeOfStatus[status] ?? "BAD_USER_INPUT";
		const hint = status === 413 ? { hint: smallerBody } : {};
		return { status, errors: [{ message: error.message, extensions: { code, ...hint } }] };
	}
	return { status: 500, errors: publicErrors([error], { requestId, logger }).map((part) => part.toJSON()) };
}
