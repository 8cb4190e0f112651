import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { OperationTypeNode } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import { RequestError } from "../admit/request-error.ts";
import { authorize } from "../authorize/authorize.ts";
import type { Door } from "../door.ts";
import type { ClientParams } from "./graphql-params.ts";
import { legacyJson, responseJson } from "./graphql-response.ts";
import { type ReservedStream, ReservedStreams, type ReservedStreamsOptions } from "./reserved-streams.ts";
import { hijack, orRefusal, refuse, sendResult } from "./send-result.ts";

export interface StreamRouteOptions {
	readonly door: Door;
	readonly authenticate: Authenticate;
	/** Null: streams are not reserved here. */
	readonly streams: ReservedStreamsOptions | null;
}

export interface StreamRoute {
	openStream(token: string, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>;
	carryOnStream(
		token: string,
		params: ClientParams,
		request: FastifyRequest,
		reply: FastifyReply,
	): Promise<FastifyReply>;
}

const { QUERY, MUTATION, SUBSCRIPTION } = OperationTypeNode;
export const streamTokenHeader = "x-graphql-event-stream-token";

/** The token by which a request means a reserved stream; null where it means none. */
export function streamToken({ headers, query }: FastifyRequest): string | null {
	const inHeader = headers[streamTokenHeader];
	if (typeof inHeader === "string") return inHeader;
	const { token } = query as { readonly token?: unknown };
	return typeof token === "string" ? token : null;
}

/**
 * graphql-sse's protocol of single connections: PUT reserves a stream, GET opens it, POST begins operations whose results it
 * carries, DELETE ends one of them. GET and POST share their path with what has no stream.
 */
export async function streamRoute(
	app: FastifyInstance,
	{ door, authenticate, streams: options }: StreamRouteOptions,
	shutdown: AbortSignal,
): Promise<StreamRoute> {
	const reserved = options === null ? null : new ReservedStreams(options);
	shutdown.addEventListener("abort", () => reserved?.endAll(), { once: true });
	const served = (): ReservedStreams => {
		if (reserved !== null) return reserved;
		throw RequestError.of(
			"UNSUPPORTED",
			"Streams that carry several operations are not served here: each request may reach another process.",
			"Open a stream for each operation (`accept: text/event-stream`), or a WebSocket.",
		);
	};
	const principalOf = ({ headers }: FastifyRequest): Promise<Principal> =>
		authorize(authenticate, headers.authorization ?? null);
	const found = async (token: string | null, request: FastifyRequest): Promise<ReservedStream> => {
		const stream = token === null ? null : served().find(token, await principalOf(request));
		if (stream === null) throw RequestError.of("NOT_FOUND", "There is no such stream.", "Reserve one by PUT.");
		return stream;
	};

	app.put("/graphql", async (request, reply) => {
		const token = served().reserve(await principalOf(request));
		return reply.code(201).type("text/plain; charset=utf-8").send(token);
	});
	app.delete("/graphql", async (request: FastifyRequest<{ Querystring: Record<string, unknown> }>, reply) => {
		const token = streamToken(request);
		if (token === null) return refuse(reply, 405, "DELETE ends an operation of a reserved stream.");
		const stream = await found(token, request);
		const { operationId } = request.query;
		if (typeof operationId !== "string") return refuse(reply, 400, "`operationId` names the operation.");
		stream.finish(operationId);
		return reply.code(200).send();
	});
	app.patch("/graphql", async (_request, reply) => refuse(reply, 405, "GraphQL is served by GET and POST."));

	return {
		async openStream(token, request, reply) {
			const stream = await found(token, request);
			if (stream.isOpen) throw RequestError.of("CONFLICT", "The stream is open already.");
			stream.open(hijack(reply));
			return reply;
		},
		async carryOnStream(token, params, request, reply) {
			const stream = await found(token, request);
			const { operationId } = params;
			if (operationId === null) return refuse(reply, 400, "`extensions.operationId` names the operation.");
			const signal = stream.begin(operationId);
			const { id: requestId, headers } = request;
			const caller = { requestId, credentials: { principal: stream.principal }, signal, headers };
			const begin = async () => {
				const operation = await door.prepare(params, caller, [QUERY, MUTATION, SUBSCRIPTION]);
				return operation.kind === SUBSCRIPTION ? door.subscribe(operation) : door.execute(operation);
			};
			const results = await orRefusal(begin()).catch((error: unknown) => {
				stream.finish(operationId);
				throw error;
			});
			if (results instanceof RequestError) {
				stream.finish(operationId);
				const mediaType = request.headers.accept?.includes(responseJson) === true ? responseJson : legacyJson;
				return sendResult(reply, mediaType, results);
			}
			// What goes wrong from here on stands in the stream.
			void stream.carry(operationId, results);
			return reply.code(202).send();
		},
	};
}
