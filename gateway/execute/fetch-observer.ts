import type { ExecutionResult } from "graphql";
import type { SubgraphExecutor, SubgraphOperation } from "../../core/ports/subgraph.ts";

/** How a fetch ended. */
export interface FetchOutcome {
	/** Null where the subgraph could not be asked or did not answer. */
	readonly result: ExecutionResult | null;
}

/** What is asked of whom. */
export interface ObservedFetch {
	readonly subgraph: SubgraphExecutor;
	readonly operation: SubgraphOperation;
}

/** Is told when a fetch begins, and by what it returns when it ends. For traces, metrics and explanations. */
export type FetchObserver = (fetch: ObservedFetch, representations: number) => (outcome: FetchOutcome) => void;
