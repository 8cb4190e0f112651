import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OperationTypeNode } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import type { PrepareForClient } from "../door.ts";
import type { PreparedOperation } from "../operation.ts";
import { cacheControlOf } from "./cache-control.ts";
import { callerOf } from "./caller.ts";
import { writeResults } from "./distinct-stream.ts";
import { type StreamRouteOptions, streamRoute, streamToken } from "./event-stream-route.ts";
import { sendGraphiql } from "./graphiql.ts";
import { type ClientParams, paramsOfBody, paramsOfQueryString } from "./graphql-params.ts";
import { eventStream, legacyJson, responseJson } from "./graphql-response.ts";
import { charsetOf, mediaTypeOf, negotiate } from "./media-type.ts";
import { hostOnMercurius } from "./mercurius-host.ts";
import { hijack, orRefusal, refuse, sendResult } from "./send-result.ts";

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;
const html = "text/html";

export interface GraphqlRouteOptions extends StreamRouteOptions {
	readonly prepare: PrepareForClient;
	/** Is GraphiQL offered to browsers? */
	readonly graphiql: boolean;
	/** Names of the headers that some subgraph gets of a client's. */
	readonly passedHeaders: readonly string[];
}

/**
 * GraphQL over HTTP at `/graphql`. A POST must be application/json, which a page of another origin cannot send
 * without a preflight; a GET only reads.
 */
export async function graphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): Promise<void> {
	const { prepare, graphiql } = options;
	await hostOnMercurius(app, async (request, { caller, kinds, prepared }) => {
		const operation = await prepare(request, caller, kinds);
		prepared?.(operation);
		return operation.execute();
	});
	const shutdown = new AbortController();
	app.addHook("preClose", async () => shutdown.abort());
	// All that an answer may depend on beside its URL.
	const vary = ["accept", "authorization", "origin", ...options.passedHeaders].join(", ");
	const answer = answerWith(prepare, { vary, shutdown: shutdown.signal });
	app.removeAllContentTypeParsers();
	// By its name it is found at once; the others are refused with a reason.
	app.addContentTypeParser([legacyJson, "*"], { parseAs: "buffer" }, (_request, body: Buffer, done) => {
		// Decoding would put something else in the place of what is none.
		if (isUtf8(body)) done(null, body.toString("utf8"));
		else done(RequestError.of("BAD_USER_INPUT", "The body is not UTF-8."));
	});

	const { openStream, carryOnStream } = await streamRoute(app, options, shutdown.signal);
	const offeredByGet = [legacyJson, responseJson, eventStream, ...(graphiql ? [html] : [])];
	app.get("/graphql", async (request: FastifyRequest<{ Querystring: Record<string, unknown> }>, reply) => {
		const mediaType = negotiate(request.headers.accept, offeredByGet);
		if (mediaType === html) return sendGraphiql(reply);
		const token = mediaType === eventStream ? streamToken(request) : null;
		if (token !== null) return openStream(token, request, reply);
		return answer(request, reply, { mediaType, kinds: [QUERY], read: () => paramsOfQueryString(request.query) });
	});

	app.post("/graphql", async (request: FastifyRequest<{ Body: string | undefined }>, reply) => {
		const contentType = request.headers["content-type"];
		if (mediaTypeOf(contentType) !== legacyJson || (charsetOf(contentType) ?? "utf-8") !== "utf-8") {
			return refuse(reply, 415, "A request body is application/json in UTF-8.");
		}
		const mediaType = negotiate(request.headers.accept, [legacyJson, responseJson, eventStream]);
		const read = (): ClientParams => paramsOfBody(request.body ?? "");
		const token = streamToken(request);
		if (token !== null && mediaType !== eventStream) return carryOnStream(token, read(), request, reply);
		return answer(request, reply, { mediaType, kinds: [QUERY, MUTATION], read });
	});
}

interface Answering {
	readonly mediaType: string | null;
	readonly kinds: readonly OperationTypeNode[];
	readonly read: () => ClientParams;
}

function answerWith(
	prepare: PrepareForClient,
	{ vary, shutdown }: { readonly vary: string; readonly shutdown: AbortSignal },
) {
	return async (request: FastifyRequest, reply: FastifyReply, { mediaType, kinds, read }: Answering) => {
		if (mediaType === null) return refuse(reply, 406, `Answers are ${legacyJson}, ${responseJson} or ${eventStream}.`);
		const { operationId: _, ...params } = read();
		const caller = callerOf(request, reply);
		if (mediaType === eventStream) {
			const operation = await orRefusal(prepare(params, caller, [...kinds, SUBSCRIPTION]));
			if (operation instanceof RequestError) return sendResult(reply, responseJson, operation);
			const results = await orRefusal(operation.kind === SUBSCRIPTION ? operation.subscribe() : operation.execute());
			if (results instanceof RequestError) return sendResult(reply, responseJson, results);
			await writeResults(hijack(reply), results, operation.principal, shutdown);
			return reply;
		}
		const { query, documentId, sha256Hash, variables, operationName } = params;
		let caching: string | null = null;
		const prepared = (operation: PreparedOperation): void => {
			caching = cacheControlOf(operation, operationName);
		};
		const context = { caller, kinds, documentId, sha256Hash, ...(request.method === "GET" ? { prepared } : {}) };
		const result = await orRefusal(reply.graphql(query, context, { ...variables }, operationName ?? undefined));
		// An explanation is for who asked for it, and may stand in the place of the data.
		const kept = !(result instanceof RequestError) && result.errors === undefined && result.extensions === undefined;
		if (caching !== null && kept) {
			reply.header("cache-control", caching).header("vary", vary);
		}
		return sendResult(reply, mediaType, result);
	};
}
