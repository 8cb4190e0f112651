import type { Principal } from "../../core/ports/principal.ts";
import type { OperationContext } from "../../core/ports/subgraph.ts";

/** What the resolvers of the graph share while they run one client operation, or one event of a subscription. */
export interface Execution {
	readonly requestId: string;
	readonly principal: Principal;
	readonly signal: AbortSignal;
	/**
	 * Loaders hang on it: those of the gateway and, in process, those of the subgraphs. Replaced where what they hold
	 * may be stale: at each field of a mutation, at each event of a subscription.
	 */
	scope: object;
}

/** Libraries hand the context of an execution on without its type. */
export function isExecution(context: unknown): context is Execution {
	return typeof context === "object" && context !== null && "principal" in context && "scope" in context;
}

/** What a subgraph is told of the operation, as of now. */
export function operationContext({ requestId, principal, signal, scope }: Execution): OperationContext {
	return { requestId, principal, signal, scope };
}

/** So that an event reads nothing that was loaded for the one before. */
export function withFreshScope<T extends { readonly scope: object }>(context: T): T {
	return { ...context, scope: {} };
}
