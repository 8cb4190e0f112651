import { type ExecutionResult, OperationTypeNode } from "graphql";
import { Pool } from "undici";
import { signatureHeaders } from "../../../core/access/signed-request.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { sdlHash } from "../../../core/federation/sdl-hash.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { OperationContext, SubgraphExecutor, SubgraphRequest } from "../../../core/ports/subgraph.ts";
import { Timeouts } from "../../timeouts.ts";
import { type BreakerState, createBreaker } from "./breaker.ts";
import { type Answer, exchange } from "./exchange.ts";
import { FetchDeadline } from "./fetch-deadline.ts";
import { defaultHttpSubgraphLimits, type HttpSubgraphLimits } from "./limits.ts";
import type { HttpSubgraphMetrics } from "./metrics.ts";
import { parseAnswerBytes } from "./parse-answer.ts";
import { readCacheUse } from "./read-cache-use.ts";
import { readResult } from "./read-result.ts";
import { requestBody } from "./request-body.ts";
import { addContextHeaders } from "./request-headers.ts";
import type { RequestSigner } from "./request-signer.ts";
import { withOneRetry } from "./retry.ts";
import { type FailureReason, publicFailure, SubgraphFailure } from "./subgraph-failure.ts";
import { createSubscriber, type SubscriptionProtocol } from "./subscribe.ts";
import type { Subscribed } from "./subscription.ts";

export interface HttpSubgraphOptions {
	readonly name: string;
	/** Where it is asked: from the configuration alone, never from what clients or subgraphs say. */
	readonly url: string;
	/** Its SDL as it is now. */
	readonly sdl: () => Promise<string>;
	readonly logger: Logger;
	/** Null: its requests are not signed, and it does not learn who asks. */
	readonly sign?: RequestSigner | null;
	/** Headers that every request has. */
	readonly fixedHeaders?: Readonly<Record<string, string>>;
	/** Headers of the client that are passed on, by name in lower case; `traceparent` always is. */
	readonly passedHeaders?: readonly string[];
	/** How it speaks of subscriptions; null: it has none. By default as server-sent events, at its URL. */
	readonly subscriptions?: SubscriptionProtocol | null;
	readonly limits?: Partial<HttpSubgraphLimits>;
	readonly metrics?: HttpSubgraphMetrics;
	/** Told the schema's hash whenever an answer shows that the subgraph has another one than was asked by. */
	readonly schemaChanged?: (hash: string) => void;
}

export interface HttpSubgraph extends SubgraphExecutor {
	snapshot(): Promise<SubgraphExecutor>;
	/** It, held at this SDL. */
	at(sdl: string): SubgraphExecutor;
	breaker(): BreakerState;
	/** Gives up what is under way, and its connections. */
	close(): Promise<void>;
}

/** A subgraph that is reached over HTTP. Nothing that it answers is trusted. */
export function httpSubgraph(options: HttpSubgraphOptions): HttpSubgraph {
	const { name, url, metrics, schemaChanged, sign = null, subscriptions = { protocol: "sse", url } } = options;
	const logger = options.logger.child({ subgraph: name });
	const limits = { ...defaultHttpSubgraphLimits, ...options.limits };
	const { origin, pathname, search } = new URL(url);
	const path = pathname + search;
	const headerRules = { fixed: options.fixedHeaders ?? {}, passed: options.passedHeaders ?? [] };
	const pool = new Pool(origin, {
		connections: limits.connections,
		pipelining: 1,
		allowH2: false,
		connectTimeout: limits.connectMillis,
		headersTimeout: 0,
		bodyTimeout: 0,
	});
	const timeouts = new Timeouts(limits.requestMillis);
	const subscriber = subscriptions === null ? null : createSubscriber(subscriptions, limits);
	const breaker = createBreaker(limits, (state) => {
		metrics?.breaker(name, state);
		logger[state === "open" ? "warn" : "info"]({ state }, "the circuit breaker of a subgraph changed");
	});
	metrics?.breaker(name, breaker.state());

	let underWay = 0;
	const released = () => {
		underWay -= 1;
	};

	const prove = (method: "POST" | "GET", at: string, body: string, graph: string, { principal }: OperationContext) =>
		sign?.({ method, path: at, body, graph, principal }) ?? [[signatureHeaders.graph, graph] as const];

	const attempt = (
		body: string,
		graph: string,
		context: OperationContext,
		deadline: FetchDeadline,
	): Promise<Answer> => {
		if (underWay >= limits.connections + limits.waiting) {
			throw new SubgraphFailure("full", `${underWay} requests are under way`);
		}
		const headers = ["content-type", "application/json", "accept", acceptedTypes];
		addContextHeaders(headers, headerRules, context);
		for (const [header, value] of prove("POST", path, body, graph, context)) headers.push(header, value);
		underWay += 1;
		return exchange(pool, { path, headers, body, limitBytes: limits.responseBytes, deadline, released });
	};

	const read = (answer: unknown, { requestId }: OperationContext): ExecutionResult =>
		readResult(answer, limits, (error) => {
			logger.error({ requestId, ...error }, "an error of a subgraph was hidden from the client");
			const message = `An error of the subgraph \`${name}\`. The log has it under the request id ${requestId}.`;
			return { message, requestId };
		});

	const retried = () => metrics?.retried(name);
	const answerTo = async (request: SubgraphRequest, graph: string): Promise<Answer> => {
		const { operation, context } = request;
		const body = requestBody(request);
		const deadline = new FetchDeadline(context.signal, timeouts, limits.requestMillis);
		const once = () => breaker.run(() => attempt(body, graph, context, deadline));
		try {
			if (operation.kind !== OperationTypeNode.QUERY) return await once();
			return await withOneRetry(once, { millis: limits.retryMillis, signal: context.signal, retried });
		} finally {
			deadline.end();
		}
	};

	const execute = async (request: SubgraphRequest, graph: string): Promise<ExecutionResult> => {
		const { context } = request;
		try {
			const answer = await answerTo(request, graph);
			const latest = answer.headers[signatureHeaders.graph];
			if (typeof latest === "string" && latest !== graph) schemaChanged?.(latest);
			const given = parseAnswerBytes(answer.body, limits.responseDepth);
			const cacheUse = context.cacheUses === undefined ? null : readCacheUse(given);
			if (cacheUse !== null) context.cacheUses?.push(cacheUse);
			return read(given, context);
		} catch (error) {
			throw told(error, context);
		}
	};

	const subscribe = async (request: SubgraphRequest, graph: string): Promise<Subscribed> => {
		if (subscriber === null) {
			throw new FeaturegraphError("UNSUPPORTED", `The subgraph \`${name}\` has no subscriptions.`, { name });
		}
		const { context } = request;
		const contextHeaders: string[] = [];
		addContextHeaders(contextHeaders, headerRules, context);
		return breaker.run(() =>
			subscriber.subscribe({
				body: requestBody(request),
				signal: context.signal,
				contextHeaders,
				prove: (method, at, body) => prove(method, at, body, graph, context),
				read: (answer) => read(answer, context),
				failed: (failure) => told(failure, context),
			}),
		);
	};

	/** The error that clients learn of; the log gets what it does not say. */
	const told = (error: unknown, { requestId, signal }: OperationContext): Error => {
		if (!(error instanceof SubgraphFailure)) return error instanceof Error ? error : new Error(String(error));
		if (error.reason === "left" && signal.reason instanceof FeaturegraphError) return signal.reason;
		const level = quietReasons.has(error.reason) ? "debug" : "warn";
		logger[level]({ requestId, reason: error.reason, err: error }, "a subgraph gave no answer");
		return publicFailure(name, error);
	};

	const executorOf = (sdl: string): SubgraphExecutor => {
		const graph = sdlHash(sdl);
		return {
			name,
			sdl: async () => sdl,
			execute: (request) => execute(request, graph),
			subscribe: (request) =>
				subscribe(request, graph).catch((error: unknown) => {
					throw told(error, request.context);
				}),
		};
	};

	let held: Promise<SubgraphExecutor> | null = null;
	const snapshot = async () => executorOf(await options.sdl());
	const first = () =>
		(held ??= snapshot().catch((error: unknown) => {
			held = null;
			throw error;
		}));
	return {
		name,
		sdl: options.sdl,
		snapshot,
		at: executorOf,
		breaker: breaker.state,
		execute: async (request) => (await first()).execute(request),
		subscribe: async (request) => (await first()).subscribe(request),
		async close() {
			await Promise.all([pool.destroy(), subscriber?.close()]);
		},
	};
}

/** They come in numbers, and say nothing that was not logged before. */
const quietReasons: ReadonlySet<FailureReason> = new Set(["refused", "left"]);
const acceptedTypes = "application/graphql-response+json, application/json;q=0.9";
