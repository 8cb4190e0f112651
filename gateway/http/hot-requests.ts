import type { IncomingHttpHeaders, IncomingMessage, RequestListener, Server, ServerResponse } from "node:http";
import type { Logger } from "../../core/ports/logger.ts";
import type { HttpAnswer } from "./answer.ts";
import { requestIdHeader, requestIdOf } from "./caller.ts";
import { errorAnswer } from "./http-errors.ts";

/** A request with its body in hand, as both ways to a route have it. */
export interface HotRequest {
	readonly id: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

/** May throw, or reject. */
export type AnswerHot = (request: HotRequest, response: ServerResponse) => Promise<HttpAnswer>;

/**
 * What answers a request with these headers, and this behind the path and `?`; null: they are not of the plain form that
 * most have.
 */
export type HotRoute = (headers: IncomingHttpHeaders, query: string | null) => AnswerHot | null;

/** POST routes by their path, as it stands in a request. */
export type HotRoutes = Map<string, HotRoute>;

export interface HotRequestsOptions {
	readonly routes: HotRoutes;
	readonly bodyBytes: number;
	/** Whether a request may be taken; what it does not admit the framework answers, or refuses. */
	readonly admits: (request: IncomingMessage) => boolean;
	/** Told of each request that is taken; what it returns is called once its body is there. */
	readonly begin: (request: IncomingMessage, response: ServerResponse) => () => void;
	/** Names and values in turn, of all answers. */
	readonly headers: readonly string[];
	readonly logger: Logger;
}

/**
 * Answers requests of the hot routes before they reach the framework, which costs as much as answering them: its router, hooks,
 * streams and replies. Whatever is not of their plain form takes the usual way, where the same routes answer the same.
 */
export function takeHotRequests(server: Server, options: HotRequestsOptions): void {
	const [usual] = server.listeners("request") as RequestListener[];
	if (usual === undefined) throw new Error("The framework does not listen to this server");
	server.removeAllListeners("request");
	server.on("request", (request, response) => {
		const answer = answererOf(request, options);
		if (answer === null) usual(request, response);
		else take(answer, request, response, options);
	});
}

function answererOf(request: IncomingMessage, { routes, bodyBytes, admits }: HotRequestsOptions): AnswerHot | null {
	if (request.method !== "POST") return null;
	const { url = "" } = request;
	const mark = url.indexOf("?");
	const route = routes.get(mark < 0 ? url : url.slice(0, mark));
	if (route === undefined) return null;
	// One that does not say how long it is might be too long.
	const isBounded = Number(request.headers["content-length"] ?? Number.NaN) <= bodyBytes;
	if (!isBounded || !admits(request)) return null;
	return route(request.headers, mark < 0 ? null : url.slice(mark + 1));
}

function take(
	answer: AnswerHot,
	request: IncomingMessage,
	response: ServerResponse,
	{ begin, headers, logger }: HotRequestsOptions,
): void {
	const arrived = begin(request, response);
	const parts: Buffer[] = [];
	request.on("data", (part: Buffer) => parts.push(part));
	request.on("end", () => {
		arrived();
		const id = requestIdOf(request);
		const body = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts);
		const write = (written: HttpAnswer) => writeAnswer(response, id, headers, written);
		const fail = (error: unknown) => write(errorAnswer(error, id, logger));
		try {
			answer({ id, headers: request.headers, body }, response).then(write, fail);
		} catch (error) {
			fail(error);
		}
	});
}

function writeAnswer(
	response: ServerResponse,
	id: string,
	headers: readonly string[],
	{ status, contentType, content, more }: HttpAnswer,
): void {
	const length = Buffer.byteLength(content);
	const written = [requestIdHeader, id, ...headers, "content-type", contentType, "content-length", String(length)];
	response.writeHead(status, more === null ? written : [...written, ...more]);
	// Of ASCII alone both are the same bytes, and these need not be looked for.
	response.end(content, length === content.length ? "latin1" : "utf8");
}
