import type { Tracer } from "@opentelemetry/api";
import type { FastifyInstance } from "fastify";
import type { ExecutionResult } from "graphql";
import { OperationTypeNode } from "graphql";
import { Registry } from "prom-client";
import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Permission } from "../core/ports/principal.ts";
import type { ReadFeatures } from "../core/ports/read-features.ts";
import type { Authenticate, SubgraphExecutor } from "../core/ports/subgraph.ts";
import type { TakePush } from "../core/ports/take-push.ts";
import { createPlaces } from "./admit/concurrency.ts";
import type { IntrospectionPolicy } from "./admit/introspection.ts";
import { createKnownDocuments } from "./admit/known-documents.ts";
import type { TrustedDocuments } from "./admit/trusted-documents.ts";
import { askingAgain } from "./ask-again.ts";
import { type DecidePolicies, policiesOfCredential } from "./authorize/authorization.ts";
import { openDoor } from "./door.ts";
import { SharedSubscriptions } from "./execute/shared-subscriptions.ts";
import { executing } from "./execute-operation.ts";
import { following } from "./follow-subscription.ts";
import { type Composer, createComposer } from "./generation/composer.ts";
import { createGraph } from "./generation/graph.ts";
import type { GraphSource } from "./generation/graph-source.ts";
import { graphOfSubgraphs } from "./generation/subgraphs-source.ts";
import type { FilesOptions } from "./http/files-route.ts";
import type { Health } from "./http/health-routes.ts";
import { createHttpServer } from "./http/server.ts";
import { defaultLimits, type GatewayLimits } from "./limits.ts";
import { createGatewayMetrics, featuresSeconds, pushSeconds } from "./metrics.ts";
import { observing } from "./observe/observation.ts";
import { createOperationMetrics } from "./observe/operation-metrics.ts";
import { logSlow } from "./observe/slow-operations.ts";
import { requestTracer, spansOf } from "./observe/spans.ts";
import type { Caller, OperationRequest } from "./operation.ts";
import { Planner } from "./plan/planner.ts";
import { preparing } from "./prepare.ts";
import { serveWebSockets } from "./websocket/server.ts";

const { QUERY, MUTATION } = OperationTypeNode;

export interface GatewayOptions {
	/** What is composed here into the graph; or where a graph comes from that was composed elsewhere. */
	readonly subgraphs: readonly SubgraphExecutor[] | GraphSource;
	readonly authenticate: Authenticate;
	readonly logger: Logger;
	/** Files at `/files/…`: where downloads come from, and what takes uploads. By default there are none. */
	readonly files?: Omit<FilesOptions, "authenticate">;
	/** Reads of online features at `/features`. By default there is no such door. */
	readonly features?: ReadFeatures;
	/** Pushes at `/push`. By default there is no such door. */
	readonly push?: TakePush;
	/** Rejects while something that every request needs does not answer. By default there is nothing such. */
	readonly ready?: () => Promise<void>;
	/** What `/metrics` shows; the gateway adds its own. By default its own alone. */
	readonly metrics?: Registry;
	/** What is told of one of several processes on a port, whose own health is given. By default its own. */
	readonly health?: (own: Health & { readonly registry: Registry }) => Health;
	/** Whether a stream can be reserved, which wants each request of a client to come to this process. By default yes. */
	readonly reservedStreams?: boolean;
	readonly limits?: Partial<GatewayLimits>;
	/** Who may ask for the schema; by default everybody. */
	readonly introspection?: IntrospectionPolicy;
	/** Which policies of `@policy` hold for a principal; by default those that its credential names. */
	readonly decidePolicies?: DecidePolicies;
	/** Labels of `@override` that are on, beside `percent(n)`; by default none. */
	readonly overrideLabels?: readonly string[];
	/** Documents that clients may send by their ids. By default there are none. */
	readonly trustedDocuments?: TrustedDocuments;
	/** Serve nothing but the trusted documents. */
	readonly trustedOnly?: boolean;
	/** Names of the headers, in lower case, that some subgraph gets of a client's; by default none. */
	readonly passedHeaders?: readonly string[];
	/**
	 * The permission that plans are explained for (`x-featuregraph-explain`); null: for nobody. By default READ, and
	 * nobody where nobody may ask for the schema: a plan shows it.
	 */
	readonly explain?: Permission | null;
	/** Makes spans of operations and their fetches. By default none are made. */
	readonly tracer?: Tracer | null;
	/** Composes the graph; whoever hands one in closes it. By default the gateway has its own. */
	readonly composer?: Composer;
	/** Origins beside our own whose pages may call, `https://console.example.org`. */
	readonly corsOrigins?: readonly string[];
	/**
	 * Names that it answers to beside those of loopback and of `corsOrigins`: where nobody is asked for a token, a page may
	 * otherwise reach it by a name of its own. By default any name.
	 */
	readonly hosts?: readonly string[];
}

export interface Gateway {
	/** The HTTP server, for `listen`. It answers 503 until the first `refresh` has succeeded. */
	readonly app: FastifyInstance;
	/**
	 * Reads the subgraphs' SDL and, where it changed, composes and swaps in the next generation of the graph. What
	 * runs ends on its own one. Throws CompositionError (the graph that is served stays).
	 */
	refresh(): Promise<void>;
	/** The supergraph that is served; null before the first refresh. */
	supergraphSdl(): string | null;
	/** Runs a query or a mutation without HTTP. Throws a RequestError for what is not executed. */
	execute(request: OperationRequest, caller: Caller): Promise<ExecutionResult>;
	/** Ends the WebSockets with 1001, lets requests finish, closes the server. */
	close(): Promise<void>;
}

/** The public door over the subgraphs. It serves nothing before `refresh`, and listens when `app` is told to. */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
	const { subgraphs, authenticate, logger, files, features, push, corsOrigins = [] } = options;
	const doors = { corsOrigins, hosts: options.hosts ?? null };
	const limits = { ...defaultLimits, ...options.limits };
	const registry = options.metrics ?? new Registry();
	const metrics = createGatewayMetrics(registry);
	const composer = options.composer ?? createComposer();
	const planner = new Planner(limits, logger);
	const graph = createGraph("read" in subgraphs ? subgraphs : graphOfSubgraphs(subgraphs, composer), {
		limits,
		planner,
		decidePolicies: options.decidePolicies ?? policiesOfCredential,
		overrideLabels: options.overrideLabels ?? [],
		trustedDocuments: options.trustedDocuments ?? null,
		hideSuggestions: options.introspection === "none",
		logger,
	});
	const ready = async (): Promise<void> => {
		if (graph.current() === null) {
			throw new FeaturegraphError("SUBGRAPH_UNAVAILABLE", "The graph is not composed yet.");
		}
		await options.ready?.();
	};
	const tracer = options.tracer ?? null;
	const observe = observing({
		metrics: createOperationMetrics(registry, limits.namedOperations),
		beginSpan: tracer === null ? null : spansOf(tracer),
		slow: logSlow(logger, limits.slowOperationMillis),
	});
	const inner = askingAgain(
		{
			prepare: preparing({
				graph,
				authenticate,
				observe,
				explain: options.explain === undefined ? (options.introspection === "none" ? null : "READ") : options.explain,
				introspection: options.introspection ?? "all",
				passedHeaders: options.passedHeaders ?? [],
			}),
			execute: executing({ logger, metrics, limits }),
			subscribe: following({ logger, metrics }),
		},
		{ refresh: graph.refresh, millis: limits.operationMillis },
	);
	const operations = createPlaces("operations", {
		perPrincipal: limits.operationsPerPrincipal,
		total: limits.operations,
	});
	const door = openDoor({
		inner,
		findDocument: createKnownDocuments({
			trusted: options.trustedDocuments ?? null,
			trustedOnly: options.trustedOnly ?? false,
			limits,
		}),
		operations,
		subscriptions: createPlaces("subscriptions", {
			perPrincipal: limits.subscriptionsPerPrincipal,
			total: limits.subscriptions,
		}),
		shared: new SharedSubscriptions(limits),
	});

	const { app, close } = await createHttpServer({
		graphql: {
			door,
			authenticate,
			graphiql: options.introspection !== "none",
			passedHeaders: options.passedHeaders ?? [],
			streams:
				options.reservedStreams === false
					? null
					: {
							places: createPlaces("event streams", { perPrincipal: limits.connections, total: limits.connections }),
							openMillis: limits.connectionInitMillis,
							operationsPerStream: limits.subscriptionsPerConnection,
						},
		},
		health: { ...(options.health?.({ ready, registry }) ?? { ready, registry }), authenticate, logger },
		files: files === undefined ? null : { ...files, authenticate },
		features:
			features === undefined
				? null
				: {
						readFeatures: features,
						authenticate,
						operations,
						seconds: featuresSeconds(registry),
						trace: tracer === null ? null : requestTracer(tracer),
						logger,
						limits,
					},
		push:
			push === undefined
				? null
				: {
						takePush: push,
						authenticate,
						operations,
						seconds: pushSeconds(registry),
						trace: tracer === null ? null : requestTracer(tracer),
						logger,
						limits,
					},
		logger,
		limits,
		doors,
	});
	const closeWebSockets = serveWebSockets(app.server, {
		door,
		authenticate,
		limits,
		logger,
		metrics,
		doors,
	});

	return {
		app,
		refresh: graph.refresh,
		supergraphSdl: () => graph.current()?.supergraphSdl ?? null,
		async execute(request, caller) {
			return inner.execute(await inner.prepare(request, caller, [QUERY, MUTATION]));
		},
		async close() {
			await closeWebSockets();
			await close();
			await planner.close();
			if (options.composer === undefined) await composer.close();
		},
	};
}
