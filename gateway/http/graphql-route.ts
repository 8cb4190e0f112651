import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type ExecutionResult, OperationTypeNode } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import type { OperationRequest, Prepare } from "../operation.ts";
import { callerOf } from "./caller.ts";
import { writeEvents } from "./event-stream.ts";
import { sendGraphiql } from "./graphiql.ts";
import { paramsOfBody, paramsOfQueryString } from "./graphql-params.ts";
import { eventStream, legacyJson, responseJson, statusOf } from "./graphql-response.ts";
import { charsetOf, mediaTypeOf, negotiate } from "./media-type.ts";
import { hostOnMercurius } from "./mercurius-host.ts";

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;
const html = "text/html";

/**
 * GraphQL over HTTP at `/graphql`. A POST must be application/json, which a page of another origin cannot send
 * without a preflight; a GET only reads.
 */
export async function graphqlRoute(app: FastifyInstance, { prepare }: { readonly prepare: Prepare }): Promise<void> {
	await hostOnMercurius(app, async (request, { caller, kinds }) => {
		const operation = await prepare(request, caller, kinds);
		return operation.execute();
	});
	const shutdown = new AbortController();
	app.addHook("preClose", async () => shutdown.abort());
	const answer = answerWith(prepare, shutdown.signal);
	app.removeAllContentTypeParsers();
	app.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));

	app.get("/graphql", async (request: FastifyRequest<{ Querystring: Record<string, unknown> }>, reply) => {
		const mediaType = negotiate(request.headers.accept, [legacyJson, responseJson, eventStream, html]);
		if (mediaType === html) return sendGraphiql(reply);
		return answer(request, reply, { mediaType, kinds: [QUERY], read: () => paramsOfQueryString(request.query) });
	});

	app.post("/graphql", async (request: FastifyRequest<{ Body: string | undefined }>, reply) => {
		const contentType = request.headers["content-type"];
		if (mediaTypeOf(contentType) !== legacyJson || (charsetOf(contentType) ?? "utf-8") !== "utf-8") {
			return refuse(reply, 415, "A request body is application/json in UTF-8.");
		}
		const mediaType = negotiate(request.headers.accept, [legacyJson, responseJson, eventStream]);
		return answer(request, reply, {
			mediaType,
			kinds: [QUERY, MUTATION],
			read: () => paramsOfBody(request.body ?? ""),
		});
	});

	app.route({
		method: ["PUT", "PATCH", "DELETE"],
		url: "/graphql",
		handler: async (_request, reply) => {
			return refuse(reply, 405, "GraphQL is served by GET and POST.");
		},
	});
}

interface Answering {
	readonly mediaType: string | null;
	readonly kinds: readonly OperationTypeNode[];
	readonly read: () => OperationRequest;
}

function answerWith(prepare: Prepare, shutdown: AbortSignal) {
	return async (request: FastifyRequest, reply: FastifyReply, { mediaType, kinds, read }: Answering) => {
		if (mediaType === null) return refuse(reply, 406, `Answers are ${legacyJson}, ${responseJson} or ${eventStream}.`);
		const params = read();
		const caller = callerOf(request, reply);
		if (mediaType === eventStream) {
			const operation = await orRefusal(prepare(params, caller, [...kinds, SUBSCRIPTION]));
			if (operation instanceof RequestError) return sendResult(reply, responseJson, operation);
			for (const [name, value] of Object.entries(reply.getHeaders())) {
				if (value !== undefined) reply.raw.setHeader(name, value);
			}
			reply.hijack();
			await writeEvents(reply.raw, operation, shutdown);
			return reply;
		}
		const { query, variables, operationName } = params;
		const running = reply.graphql(query, { caller, kinds }, { ...variables }, operationName ?? undefined);
		return sendResult(reply, mediaType, await orRefusal(running));
	};
}

/** What was not executed is an answer, too. */
async function orRefusal<T>(promise: Promise<T>): Promise<T | RequestError> {
	try {
		return await promise;
	} catch (error) {
		if (error instanceof RequestError) return error;
		throw error;
	}
}

function sendResult(reply: FastifyReply, mediaType: string, result: ExecutionResult | RequestError) {
	const misplaced = result instanceof RequestError && result.code === "UNSUPPORTED";
	return send(reply, mediaType, misplaced ? 405 : statusOf(result, mediaType), result);
}

function send(reply: FastifyReply, mediaType: string, status: number, result: object) {
	if (status === 405) reply.header("allow", "POST");
	return reply.code(status).type(`${mediaType}; charset=utf-8`).send(JSON.stringify(result));
}

function refuse(reply: FastifyReply, status: number, message: string) {
	return send(reply, legacyJson, status, RequestError.of("BAD_USER_INPUT", message));
}
