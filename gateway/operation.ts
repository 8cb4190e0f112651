import { type DocumentNode, type ExecutionResult, type GraphQLSchema, OperationTypeNode } from "graphql";
import type { Logger } from "../core/ports/logger.ts";
import type { Permission, Principal } from "../core/ports/principal.ts";
import type { Authenticate, OperationContext } from "../core/ports/subgraph.ts";
import { refuseCostly } from "./admit/cost/cost-limit.ts";
import { type IntrospectionPolicy, refuseIntrospection } from "./admit/introspection.ts";
import { RequestError } from "./admit/request-error.ts";
import { selectOperation } from "./admit/select-operation.ts";
import { authorize } from "./authorize/authorize.ts";
import { forSubgraphs } from "./client-headers.ts";
import { completeResult } from "./complete/complete.ts";
import { publicErrors } from "./complete/public-error.ts";
import { deadlines } from "./deadline.ts";
import { mapEvents } from "./execute/map-events.ts";
import { SharedQueries } from "./execute/share-in-flight.ts";
import { explainRequestOf } from "./explain/explain-request.ts";
import { explainExecution, explainPlan } from "./explain/explanation.ts";
import { compiledFor } from "./generation/compiled-for.ts";
import type { Generation } from "./generation/generation.ts";
import type { Graph } from "./generation/graph.ts";
import { hotOperation } from "./generation/hot-operations.ts";
import type { Lease } from "./generation/running-generation.ts";
import type { GatewayLimits } from "./limits.ts";
import type { GatewayMetrics } from "./metrics.ts";
import type { Observation, Observe } from "./observe/observation.ts";

/** What a client asks, whatever the way it came. */
export interface OperationRequest {
	readonly query: string;
	readonly operationName: string | null;
	readonly variables: Readonly<Record<string, unknown>>;
}

/** Who asks, and until when it is worth answering. */
export interface Caller {
	readonly requestId: string;
	/** The credentials, or the principal that they were already exchanged for. */
	readonly credentials: { readonly authorization: string | null } | { readonly principal: Principal };
	readonly signal: AbortSignal;
	/** Headers of the client, by name in lower case. */
	readonly headers?: OperationContext["headers"];
}

/** An operation that may be executed: admitted and authorized. */
export interface PreparedOperation {
	readonly kind: OperationTypeNode;
	readonly schema: GraphQLSchema;
	readonly document: DocumentNode;
	readonly principal: Principal;
	/** Of the client's headers those that subgraphs see. */
	readonly headers?: OperationContext["headers"];
	/** Runs a query or a mutation. Never throws: what fails is in the result. */
	execute(): Promise<ExecutionResult>;
	/** Follows a subscription; `signal` of its context ends with it. A result instead: it could not begin. */
	subscribe(): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult>;
}

/** The steps of one operation, in the order of the folders here. Throws a RequestError for what is not executed. */
export type Prepare = (
	request: OperationRequest,
	caller: Caller,
	kinds: readonly OperationTypeNode[],
) => Promise<PreparedOperation>;

export interface PipelineOptions {
	readonly graph: Graph;
	readonly authenticate: Authenticate;
	readonly logger: Logger;
	readonly metrics: GatewayMetrics;
	readonly observe: Observe;
	/** The permission that plans are explained for; null: for nobody. */
	readonly explain: Permission | null;
	readonly introspection: IntrospectionPolicy;
	readonly limits: Pick<GatewayLimits, "sharedQueries" | "operationMillis">;
	/** Names of the headers that subgraphs get of a client's. */
	readonly passedHeaders: readonly string[];
}

export function createPipeline(options: PipelineOptions): Prepare {
	const { graph, authenticate, logger, metrics, introspection, limits, passedHeaders, observe } = options;
	const withDeadline = deadlines({ millis: limits.operationMillis });
	const shared = new SharedQueries({ most: limits.sharedQueries, joined: metrics.sharedQuery });
	const prepareOn = async (
		lease: Lease<Generation>,
		request: OperationRequest,
		caller: Caller,
		kinds: readonly OperationTypeNode[],
		observation: Observation,
	): Promise<PreparedOperation> => {
		const { generation } = lease;
		// Who may not enter learns nothing of the schema, not even from what is refused.
		const principal =
			"principal" in caller.credentials
				? caller.credentials.principal
				: await authorize(authenticate, caller.credentials.authorization);
		const explain = explainRequestOf(caller.headers, principal, options.explain);
		const { document, operation } = observation.admit(() => {
			const document = generation.admit(request.query);
			return { document, operation: selectOperation(document, request.operationName) };
		});
		observation.named(operation);
		if (!kinds.includes(operation.operation)) throw notServedHere(operation.operation);
		refuseIntrospection(document, introspection, principal);
		refuseCostly(operation, request.variables);

		const variables = generation.operations.read(operation, request.variables);
		const compiled = await observation.plan((missed) =>
			compiledFor(generation, { document, operation }, variables, principal, missed),
		);
		generation.hot.used(compiled, () => hotOperation(request, variables, principal));

		const shown = explain?.variables === true ? request.variables : undefined;
		const { requestId, signal } = caller;
		const masking = { requestId, logger };
		const execution = {
			requestId,
			principal,
			signal,
			...forSubgraphs(caller.headers, passedHeaders),
			failed: (subgraph: string, err: unknown) => {
				// That a client leaves is no failure.
				const level = signal.aborted ? "debug" : "error";
				logger[level]({ requestId, subgraph, err }, "A subgraph could not be asked");
			},
		};
		return {
			kind: operation.operation,
			schema: generation.schema,
			document,
			principal,
			headers: execution.headers,
			async execute() {
				if (explain?.mode === "plan") {
					observation.ended();
					return { data: null, extensions: { explain: explainPlan(compiled.plans, shown) } };
				}
				const running = lease.again();
				const finished = metrics.operation(operation.operation);
				const isQuery = operation.operation === OperationTypeNode.QUERY;
				const { headers } = execution;
				const { result, fetches, millis } = await observation.execute(compiled, (observer) => {
					const run = async (until: AbortSignal): Promise<ExecutionResult> =>
						compiled.execute(variables, { ...execution, observer, signal: until }).then(
							(raw) => completeResult(raw, masking),
							(error: unknown) => ({ data: null, errors: publicErrors([error], masking) }),
						);
					return withDeadline((until) => {
						// What is explained runs by itself: the fetches of another are not its own.
						if (!isQuery || explain !== null) return run(until);
						const query = { operation: compiled, variables: request.variables, principal, headers, signal: until };
						return shared.execute(query, run);
					}, signal).catch((error: unknown) => ({ data: null, errors: publicErrors([error], masking) }));
				});
				if (!isQuery) shared.wrote();
				finished(result);
				running.release();
				if (explain === null) return result;
				const explanation = explainExecution(compiled.plans, fetches, millis, shown);
				return { ...result, extensions: { ...result.extensions, explain: explanation } };
			},
			async subscribe() {
				const own = new AbortController();
				const finished = metrics.operation(operation.operation);
				let end = (): void => own.abort();
				const running = lease.again(() => end());
				const ended = (result: ExecutionResult): void => {
					finished(result);
					observation.ended(result.errors);
					running.release();
				};
				const stream = await compiled
					.subscribe(variables, {
						...execution,
						observer: observation.ofEvents,
						signal: AbortSignal.any([signal, own.signal]),
					})
					.catch((error: unknown) => ({ errors: publicErrors([error], masking) }));
				if (!(Symbol.asyncIterator in stream)) {
					const result = completeResult(stream, masking);
					ended(result);
					return result;
				}
				const events = mapEvents(stream, (result) => completeResult(result, masking), {
					failure: (error) => publicErrors([error], masking)[0] ?? new Error("The subscription failed."),
					ended: () => {
						own.abort();
						ended({});
					},
				});
				end = () => void events.return();
				return events;
			},
		};
	};
	return async (request, caller, kinds) => {
		const lease = graph.lease();
		if (lease === null) throw RequestError.of("SUBGRAPH_UNAVAILABLE", "The graph is not composed yet.");
		const observation = observe(caller.requestId, caller.headers);
		try {
			return await prepareOn(lease, request, caller, kinds, observation);
		} catch (error) {
			observation.ended(error instanceof RequestError ? error.errors : []);
			throw error;
		} finally {
			lease.release();
		}
	};
}

function notServedHere(kind: OperationTypeNode): RequestError {
	return kind === OperationTypeNode.SUBSCRIPTION
		? RequestError.of(
				"UNSUPPORTED",
				"A subscription needs a stream.",
				"Use a WebSocket with the protocol graphql-transport-ws, or accept text/event-stream.",
			)
		: RequestError.of("UNSUPPORTED", `A ${kind} is not served this way.`, "Send it as a POST request.");
}
