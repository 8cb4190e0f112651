import type { ExecutionResult, GraphQLSchema } from "graphql";
import type { Logger } from "../../core/ports/logger.ts";
import type { OperationContext } from "../../core/ports/subgraph.ts";

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

export type OpenSchemaHost = (schema: GraphQLSchema, logger: Logger) => Promise<SchemaHost>;
