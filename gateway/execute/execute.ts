import { createSourceEventStream, type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import type { Execution } from "./execution.ts";
import { mapEvents } from "./map-events.ts";

/** An admitted operation with everything that it needs to run on one generation of the graph. */
export interface ExecutableOperation {
	readonly graph: GraphQLSchema;
	readonly document: DocumentNode;
	readonly operationName: string | null;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly execution: Execution;
}

/** Runs a query or a mutation. */
export async function executeOperation(operation: ExecutableOperation): Promise<ExecutionResult> {
	return execute(executionArguments(operation, operation.execution, undefined));
}

/**
 * Follows a subscription: its events, one after the other, each in the scope that the fetch began with it. What could
 * not begin is a result with errors. `failure` makes an error public, `complete` a result.
 */
export async function subscribeOperation(
	operation: ExecutableOperation,
	{
		complete,
		failure,
		ended,
	}: {
		readonly complete: (result: ExecutionResult) => ExecutionResult;
		readonly failure: (error: unknown) => Error;
		readonly ended: () => void;
	},
): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
	const source = await createSourceEventStream(executionArguments(operation, operation.execution, undefined));
	if (!(Symbol.asyncIterator in source)) return complete(source);
	return mapEvents(
		source,
		async (event) => complete(await execute(executionArguments(operation, operation.execution, event))),
		{ failure, ended },
	);
}

function executionArguments(
	{ graph, document, operationName, variables }: ExecutableOperation,
	contextValue: Execution,
	rootValue: unknown,
) {
	return { schema: graph, document, operationName, variableValues: variables, contextValue, rootValue };
}
