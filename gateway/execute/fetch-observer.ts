import type { ExecutionResult } from "graphql";
import type { SubgraphExecutor, SubgraphOperation } from "../../core/ports/subgraph.ts";

/** What is asked of whom. */
export interface ObservedFetch {
	readonly subgraph: SubgraphExecutor;
	readonly operation: SubgraphOperation;
	/** How many entities it asks for; 0 where it begins at a root. */
	readonly representations: number;
}

/** Stands around each fetch: for traces, metrics and explanations. It must return what `run` returns, or throw what that throws. */
export type FetchObserver = (fetch: ObservedFetch, run: () => Promise<ExecutionResult>) => Promise<ExecutionResult>;
