import { type ExecutionResult, OperationTypeNode } from "graphql";
import { Pool } from "undici";
import { signatureHeaders } from "../../../core/access/signed-request.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { sdlHash } from "../../../core/federation/sdl-hash.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { SubgraphExecutor, SubgraphRequest } from "../../../core/ports/subgraph.ts";
import { type BreakerState, createBreaker } from "./breaker.ts";
import { checkAnswer } from "./check-answer.ts";
import { type Answer, exchange } from "./exchange.ts";
import { defaultHttpSubgraphLimits, type HttpSubgraphLimits } from "./limits.ts";
import type { HttpSubgraphMetrics } from "./metrics.ts";
import { parseJson } from "./parse-json.ts";
import { readResult } from "./read-result.ts";
import { requestBody } from "./request-body.ts";
import { addContextHeaders } from "./request-headers.ts";
import type { RequestSigner } from "./request-signer.ts";
import { withOneRetry } from "./retry.ts";
import { publicFailure, SubgraphFailure } from "./subgraph-failure.ts";

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
	readonly limits?: Partial<HttpSubgraphLimits>;
	readonly metrics?: HttpSubgraphMetrics;
	/** Told the schema's hash whenever an answer shows that the subgraph has another one than was asked by. */
	readonly schemaChanged?: (hash: string) => void;
}

export interface HttpSubgraph extends SubgraphExecutor {
	snapshot(): Promise<SubgraphExecutor>;
	breaker(): BreakerState;
	/** Gives up what is under way, and its connections. */
	close(): Promise<void>;
}

/** A subgraph that is reached over HTTP. Nothing that it answers is trusted. */
export function httpSubgraph(options: HttpSubgraphOptions): HttpSubgraph {
	const { name, metrics, schemaChanged, sign = null } = options;
	const logger = options.logger.child({ subgraph: name });
	const limits = { ...defaultHttpSubgraphLimits, ...options.limits };
	const { origin, pathname, search } = new URL(options.url);
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
	const breaker = createBreaker(limits, (state) => {
		metrics?.breaker(name, state);
		logger[state === "open" ? "warn" : "info"]({ state }, "the circuit breaker of a subgraph changed");
	});
	metrics?.breaker(name, breaker.state());

	let underWay = 0;
	const released = () => {
		underWay -= 1;
	};

	const attempt = async (body: string, graph: string, { context }: SubgraphRequest, until: number): Promise<Answer> => {
		if (underWay >= limits.connections + limits.waiting) {
			throw new SubgraphFailure("full", `${underWay} requests are under way`);
		}
		const headers = ["content-type", "application/json", "accept", acceptedTypes];
		addContextHeaders(headers, headerRules, context);
		const signed = sign?.({ method: "POST", path, body, graph, principal: context.principal }) ?? [];
		for (const [header, value] of signed) headers.push(header, value);
		if (sign === null) headers.push(signatureHeaders.graph, graph);
		underWay += 1;
		const millis = Math.max(1, until - performance.now());
		const answer = await exchange(
			pool,
			{ path, headers, body, limitBytes: limits.responseBytes, millis, signal: context.signal },
			released,
		);
		checkAnswer(answer);
		return answer;
	};

	const ask = async (request: SubgraphRequest, graph: string): Promise<ExecutionResult> => {
		const { operation, context } = request;
		const body = requestBody(request);
		const until = performance.now() + limits.requestMillis;
		const once = () => breaker.run(() => attempt(body, graph, request, until));
		const { headers, body: bytes } =
			operation.kind === OperationTypeNode.QUERY
				? await withOneRetry(once, {
						millis: limits.retryMillis,
						signal: context.signal,
						retried: () => metrics?.retried(name),
					})
				: await once();
		const latest = headers[signatureHeaders.graph];
		if (typeof latest === "string" && latest !== graph) schemaChanged?.(latest);
		return readResult(parseJson(bytes, limits.responseDepth), limits, (error) => {
			logger.error({ requestId: context.requestId, ...error }, "an error of a subgraph was hidden from the client");
			return {
				message: `An error of the subgraph \`${name}\`. The log has it under the request id ${context.requestId}.`,
				requestId: context.requestId,
			};
		});
	};

	const executorOf = (sdl: string): SubgraphExecutor => {
		const graph = sdlHash(sdl);
		return {
			name,
			sdl: async () => sdl,
			execute: (request) => ask(request, graph).catch((error: unknown) => fail(request, error)),
			subscribe: async () => {
				throw new FeaturegraphError("UNSUPPORTED", `The subgraph \`${name}\` has no subscriptions.`, { name });
			},
		};
	};

	const fail = ({ context: { requestId, signal } }: SubgraphRequest, error: unknown): never => {
		if (!(error instanceof SubgraphFailure)) throw error;
		if (error.reason === "left" && signal.reason instanceof FeaturegraphError) throw signal.reason;
		logger.warn({ requestId, reason: error.reason, err: error }, "a subgraph gave no answer");
		throw publicFailure(name, error);
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
		breaker: breaker.state,
		execute: async (request) => (await first()).execute(request),
		subscribe: async (request) => (await first()).subscribe(request),
		close: () => pool.destroy(),
	};
}

const acceptedTypes = "application/graphql-response+json, application/json;q=0.9";
