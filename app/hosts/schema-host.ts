import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { Logger } from "../../core/ports/logger.ts";
import type { OperationContext, SubgraphExecutor, SubgraphOperation } from "../../core/ports/subgraph.ts";

/** An operation as it comes over HTTP. */
export interface HostedOperation {
	readonly query: string;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly operationName: string | null;
}

/** What answers the queries and mutations of one schema. */
export interface SchemaHost {
	/** Errors are those that a gateway may see: with their codes and paths, others masked. */
	execute(operation: HostedOperation, context: OperationContext): Promise<ExecutionResult>;
	close(): Promise<void>;
}

/** What a host may build on. */
export interface HostedSchema {
	readonly schema: GraphQLSchema;
	/** Its operations, parsed and validated; throws what is none of them. */
	readonly operationOf: (asked: HostedOperation) => SubgraphOperation;
	/** Executes it in this process, compiled where it comes again. */
	readonly executor: SubgraphExecutor;
	readonly logger: Logger;
}

export type OpenSchemaHost = (hosted: HostedSchema) => Promise<SchemaHost>;
