import { type DocumentNode, type ExecutionResult, GraphQLError, type OperationDefinitionNode, print } from "graphql";
import type { SubgraphExecutor, SubgraphOperation, SubgraphRequest } from "../../core/ports/subgraph.ts";
import { beginRun, type Execution } from "./execution.ts";
import { mapEvents } from "./map-events.ts";
import type { OperationVariables } from "./operation-variables.ts";
import { answerOf, failedFetch } from "./planned-fetch.ts";
import { errorPathOf, subgraphError } from "./subgraph-error.ts";

/** An operation that one subgraph answers goes there as it stands: nothing is merged, nothing completed twice. */
export function soleOperation(
	subgraph: SubgraphExecutor,
	document: DocumentNode,
	{ operation: kind, name }: OperationDefinitionNode,
) {
	const operation: SubgraphOperation = { kind, document, text: print(document), name: name?.value ?? null };
	const requestOf = ({ raw }: OperationVariables, execution: Execution): SubgraphRequest => ({
		operation,
		variables: raw,
		context: beginRun(execution),
	});
	const failed = (thrown: unknown, execution: Execution): ExecutionResult => {
		const { message, extensions } = failedFetch(subgraph.name, thrown, execution);
		return { errors: [new GraphQLError(message, { extensions })], data: null };
	};
	const taken = (result: ExecutionResult) => named(subgraph.name, answerOf(result));
	return {
		async execute(variables: OperationVariables, execution: Execution): Promise<ExecutionResult> {
			const request = requestOf(variables, execution);
			const { observer } = execution;
			try {
				if (observer === undefined) return taken(await subgraph.execute(request));
				const fetch = { subgraph, operation, representations: 0 };
				return taken(await observer(fetch, () => subgraph.execute(request)));
			} catch (error) {
				return failed(error, execution);
			}
		},
		async subscribe(
			variables: OperationVariables,
			execution: Execution,
		): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
			const request = requestOf(variables, execution);
			try {
				const events = await subgraph.subscribe(request);
				if (!(Symbol.asyncIterator in events)) return taken(events);
				return mapEvents(events, taken, {
					failure: (error) => (error instanceof Error ? error : new Error(String(error))),
					ended: () => undefined,
				});
			} catch (error) {
				return failed(error, execution);
			}
		},
	};
}

/** Its errors say where they come from. */
function named(service: string, result: ExecutionResult): ExecutionResult {
	if (result.errors === undefined) return result;
	const errors = result.errors.map((raw) => {
		const { message, extensions } = subgraphError(service, raw);
		const path = errorPathOf(raw);
		return new GraphQLError(message, { extensions, ...(path.length === 0 ? {} : { path }) });
	});
	return { ...result, errors };
}
