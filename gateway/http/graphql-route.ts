import { isUtf8 } from "node:buffer";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { type ExecutionResult, OperationTypeNode } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import type { ClientRequest, Door } from "../door.ts";
import { cacheControlOf } from "./cache-control.ts";
import { callerOf } from "./caller.ts";
import { writeResults } from "./distinct-stream.ts";
import { type StreamRouteOptions, streamRoute, streamToken } from "./event-stream-route.ts";
import { sendGraphiql } from "./graphiql.ts";
import { paramsOfBody, paramsOfQueryString } from "./graphql-params.ts";
import { eventStream, legacyJson, responseJson } from "./graphql-response.ts";
import { isJson, negotiate } from "./media-type.ts";
import { hostOnMercurius } from "./mercurius-host.ts";
import { hijack, orRefusal, refuse, sendResult } from "./send-result.ts";

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;
const byGet = [QUERY];
const byPost = [QUERY, MUTATION];
const html = "text/html";
const offeredByPost = [legacyJson, responseJson, eventStream];
const offered = `Answers are ${legacyJson}, ${responseJson} or ${eventStream}.`;

export interface GraphqlRouteOptions extends StreamRouteOptions {
	readonly door: Door;
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
	const { door, graphiql } = options;
	await hostOnMercurius(app, async (request, { caller, kinds }) =>
		door.execute(await door.prepare(request, caller, kinds)),
	);
	const shutdown = new AbortController();
	app.addHook("preClose", async () => shutdown.abort());
	// All that an answer may depend on beside its URL.
	const vary = ["accept", "authorization", "origin", ...options.passedHeaders].join(", ");
	const answer = answerWith(door, { vary, shutdown: shutdown.signal });
	app.removeAllContentTypeParsers();
	// By its name it is found at once; the others are refused with a reason.
	app.addContentTypeParser([legacyJson, "*"], { parseAs: "buffer" }, (_request, body: Buffer, done) => {
		// Decoding would put something else in the place of what is none.
		if (isUtf8(body)) done(null, body.toString("utf8"));
		else done(RequestError.of("BAD_USER_INPUT", "The body is not UTF-8."));
	});

	const { openStream, carryOnStream } = await streamRoute(app, options, shutdown.signal);
	const offeredByGet = [...offeredByPost, ...(graphiql ? [html] : [])];
	app.get("/graphql", (request: FastifyRequest<{ Querystring: Record<string, unknown> }>, reply) => {
		const mediaType = negotiate(request.headers.accept, offeredByGet);
		if (mediaType === html) return sendGraphiql(reply);
		const token = mediaType === eventStream ? streamToken(request) : null;
		if (token !== null) return openStream(token, request, reply);
		if (mediaType === null) return refuse(reply, 406, offered);
		return answer(request, reply, paramsOfQueryString(request.query), { mediaType, kinds: byGet });
	});

	app.post("/graphql", (request: FastifyRequest<{ Body: string | undefined }>, reply) => {
		if (!isJson(request.headers["content-type"])) {
			return refuse(reply, 415, "A request body is application/json in UTF-8.");
		}
		const mediaType = negotiate(request.headers.accept, offeredByPost);
		const token = streamToken(request);
		if (token !== null && mediaType !== eventStream) {
			return carryOnStream(token, paramsOfBody(request.body ?? ""), request, reply);
		}
		if (mediaType === null) return refuse(reply, 406, offered);
		return answer(request, reply, paramsOfBody(request.body ?? ""), { mediaType, kinds: byPost });
	});
}

interface Answering {
	readonly mediaType: string;
	readonly kinds: readonly OperationTypeNode[];
}

function answerWith(door: Door, { vary, shutdown }: { readonly vary: string; readonly shutdown: AbortSignal }) {
	const answerOnce = async (
		request: FastifyRequest,
		reply: FastifyReply,
		params: ClientRequest,
		{ mediaType, kinds }: Answering,
	): Promise<FastifyReply> => {
		let result: ExecutionResult | RequestError;
		try {
			const operation = await door.prepare(params, callerOf(request, reply), kinds);
			result = await door.execute(operation);
			// An explanation is for who asked for it, and may stand in the place of the data.
			if (request.method === "GET" && result.errors === undefined && result.extensions === undefined) {
				const caching = cacheControlOf(operation, params.operationName);
				if (caching !== null) reply.header("cache-control", caching).header("vary", vary);
			}
		} catch (error) {
			if (!(error instanceof RequestError)) throw error;
			result = error;
		}
		return sendResult(reply, mediaType, result);
	};
	const answerAsEvents = async (
		request: FastifyRequest,
		reply: FastifyReply,
		params: ClientRequest,
		{ kinds }: Answering,
	): Promise<FastifyReply> => {
		const begin = async () => {
			const operation = await door.prepare(params, callerOf(request, reply), [...kinds, SUBSCRIPTION]);
			const results = await (operation.kind === SUBSCRIPTION ? door.subscribe(operation) : door.execute(operation));
			return { results, principal: operation.principal };
		};
		const begun = await orRefusal(begin());
		if (begun instanceof RequestError) return sendResult(reply, responseJson, begun);
		await writeResults(hijack(reply), begun.results, begun.principal, shutdown);
		return reply;
	};
	return (request: FastifyRequest, reply: FastifyReply, params: ClientRequest, answering: Answering) =>
		(answering.mediaType === eventStream ? answerAsEvents : answerOnce)(request, reply, params, answering);
}
