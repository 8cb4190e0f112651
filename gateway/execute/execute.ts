import { createSourceEventStream, type ExecutionResult, execute } from "graphql";
import type { ExecutableOperation } from "./executable-operation.ts";
import { executeSole, subscribeSole } from "./execute-sole.ts";
import type { Execution } from "./execution.ts";
import { mapEvents } from "./map-events.ts";

/** Runs a query or a mutation. */
export async function executeOperation(operation: ExecutableOperation): Promise<ExecutionResult> {
	if (operation.sole !== null) return executeSole(operation.sole, operation);
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
	if (operation.sole !== null) {
		const events = await subscribeSole(operation.sole, operation);
		if (!(Symbol.asyncIterator in events)) return complete(events);
		return mapEvents(events, complete, { failure, ended });
	}
	const source = await createSourceEventStream(executionArguments(operation, operation.execution, undefined));
	if (!(Symbol.asyncIterator in source)) return complete(source);
	return mapEvents(
		source,
		async (event) => complete(await execute(executionArguments(operation, operation.execution, event))),
		{ failure, ended },
	);
}

function executionArguments(
	{ graph, operation, variables }: ExecutableOperation,
	contextValue: Execution,
	rootValue: unknown,
) {
	const { document, name: operationName } = operation;
	return { schema: graph, document, operationName, variableValues: variables, contextValue, rootValue };
}
