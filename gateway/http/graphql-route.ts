import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OperationTypeNode } from "graphql";
import { RequestError } from "../admit/request-error.ts";
import type { ClientRequest, Door } from "../door.ts";
import { type Answering, answerOperation } from "./answer-operation.ts";
import { callerOf } from "./caller.ts";
import { writeResults } from "./distinct-stream.ts";
import { type StreamRouteOptions, streamRoute, streamToken, streamTokenHeader } from "./event-stream-route.ts";
import { sendGraphiql } from "./graphiql.ts";
import { paramsOfBody, paramsOfQueryString, textOfBody } from "./graphql-params.ts";
import { eventStream, legacyJson, responseJson } from "./graphql-response.ts";
import type { AnswerHot, HotRoute, HotRoutes } from "./hot-requests.ts";
import { isJson, negotiate } from "./media-type.ts";
import { hostOnMercurius } from "./mercurius-host.ts";
import { hijack, orRefusal, refuse, sendAnswer, sendResult } from "./send-result.ts";

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
	/** Where the route enters itself for plain POST requests, too. */
	readonly hot: HotRoutes;
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
	const answer = answerWith(door, shutdown.signal);
	// All that an answer may depend on beside its URL.
	const vary = ["accept", "authorization", "origin", ...options.passedHeaders].join(", ");
	options.hot.set("/graphql", hotGraphql(door));
	app.removeAllContentTypeParsers();
	// By its name it is found at once; the others are refused with a reason.
	app.addContentTypeParser([legacyJson, "*"], { parseAs: "buffer" }, (_request, body: Buffer, done) => {
		try {
			done(null, textOfBody(body));
		} catch (error) {
			done(error as RequestError);
		}
	});

	const { openStream, carryOnStream } = await streamRoute(app, options, shutdown.signal);
	const offeredByGet = [...offeredByPost, ...(graphiql ? [html] : [])];
	app.get("/graphql", (request: FastifyRequest<{ Querystring: Record<string, unknown> }>, reply) => {
		const mediaType = negotiate(request.headers.accept, offeredByGet);
		if (mediaType === html) return sendGraphiql(reply);
		const token = mediaType === eventStream ? streamToken(request) : null;
		if (token !== null) return openStream(token, request, reply);
		if (mediaType === null) return refuse(reply, 406, offered);
		return answer(request, reply, paramsOfQueryString(request.query), { mediaType, kinds: byGet, vary });
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
		return answer(request, reply, paramsOfBody(request.body ?? ""), { mediaType, kinds: byPost, vary: null });
	});
}

function answerWith(door: Door, shutdown: AbortSignal) {
	const answerAsEvents = async (
		request: FastifyRequest,
		reply: FastifyReply,
		params: ClientRequest,
		{ kinds }: Answering,
	): Promise<FastifyReply> => {
		const begin = async () => {
			const operation = await door.prepare(params, callerOf(request, reply.raw), [...kinds, SUBSCRIPTION]);
			const results = await (operation.kind === SUBSCRIPTION ? door.subscribe(operation) : door.execute(operation));
			return { results, principal: operation.principal };
		};
		const begun = await orRefusal(begin());
		if (begun instanceof RequestError) return sendResult(reply, responseJson, begun);
		await writeResults(hijack(reply), begun.results, begun.principal, shutdown);
		return reply;
	};
	return async (request: FastifyRequest, reply: FastifyReply, params: ClientRequest, answering: Answering) => {
		if (answering.mediaType === eventStream) return answerAsEvents(request, reply, params, answering);
		return sendAnswer(reply, await answerOperation(door, params, callerOf(request, reply.raw), answering));
	};
}

/** Many clients send nothing but what is answered here; those of streams are left to the framework. */
function hotGraphql(door: Door): HotRoute {
	const answers = new Map(
		[legacyJson, responseJson].map((mediaType) => {
			const answering = { mediaType, kinds: byPost, vary: null };
			const answer: AnswerHot = (request, response) =>
				answerOperation(door, paramsOfBody(textOfBody(request.body)), callerOf(request, response), answering);
			return [mediaType, answer];
		}),
	);
	return (headers, query) => {
		if (query !== null || !isJson(headers["content-type"]) || streamTokenHeader in headers) return null;
		return answers.get(negotiate(headers.accept, offeredByPost) ?? "") ?? null;
	};
}
