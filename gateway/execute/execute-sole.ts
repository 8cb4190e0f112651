import type { ExecutionResult } from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { SubgraphExecutor, SubgraphRequest } from "../../core/ports/subgraph.ts";
import type { ExecutableOperation } from "./executable-operation.ts";
import { operationContext } from "./execution.ts";

/** An operation that one subgraph answers goes there as it stands: nothing is merged, nothing completed twice. */

export async function executeSole(
	subgraph: SubgraphExecutor,
	operation: ExecutableOperation,
): Promise<ExecutionResult> {
	return subgraph.execute(requestOf(operation)).catch((error: unknown) => {
		throw unavailable(subgraph, error);
	});
}

export async function subscribeSole(
	subgraph: SubgraphExecutor,
	operation: ExecutableOperation,
): Promise<AsyncIterableIterator<ExecutionResult> | ExecutionResult> {
	return subgraph.subscribe(requestOf(operation)).catch((error: unknown) => {
		throw unavailable(subgraph, error);
	});
}

function requestOf({ operation, variables, execution }: ExecutableOperation): SubgraphRequest {
	return { operation, variables, context: operationContext(execution) };
}

/** A use case's own error stays; anything else means that the subgraph could not be asked. */
export function unavailable({ name }: SubgraphExecutor, error: unknown): FeaturegraphError {
	if (error instanceof FeaturegraphError) return error;
	const message = `The subgraph \`${name}\` does not answer.`;
	return new FeaturegraphError("SUBGRAPH_UNAVAILABLE", message, {}, { cause: error });
}
