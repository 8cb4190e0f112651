import type { GraphQLSchema } from "graphql";
import type { SubgraphExecutor, SubgraphOperation } from "../../core/ports/subgraph.ts";
import type { Execution } from "./execution.ts";

/** An admitted operation with everything that it needs to run on one generation of the graph. */
export interface ExecutableOperation {
	readonly graph: GraphQLSchema;
	/** The subgraph that answers all of it; null: the graph merges several. */
	readonly sole: SubgraphExecutor | null;
	readonly operation: SubgraphOperation;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly execution: Execution;
}
