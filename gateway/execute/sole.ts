import { type DocumentNode, type ExecutionResult, GraphQLError, type OperationDefinitionNode, print } from "graphql";
import type { SubgraphExecutor, SubgraphOperation, SubgraphRequest } from "../../core/ports/subgraph.ts";
import { beginRun, type Execution } from "./execution.ts";
import { mapEvents } from "./map-events.ts";
import type { OperationVariables } from "./operation-variables.ts";
import { answerOf, failedFetch } from "./planned-fetch.ts";
import { errorPathOf, subgraphError } from "./subgraph-error.ts";
import type { Unanswered } from "./unanswered.ts";

/**
 * An operation that one subgraph answers goes there as it stands: nothing is merged, nothing completed twice. Where it
 * does not answer, `unanswered` makes the result.
 */
export function soleOperation(
	subgraph: SubgraphExecutor,
	document: DocumentNode,
	{ operation: kind, name }: OperationDefinitionNode,
	unanswered: Unanswered,
) {
	const operation: SubgraphOperation = { kind, document, text: print(document), name: name?.value ?? null };
	const requestOf = ({ raw }: OperationVariables, execution: Execution): SubgraphRequest => ({
		operation,
		variables: raw,
		context: beginRun(execution),
	});
	const failed = (thrown: unknown, variables: OperationVariables, execution: Execution): ExecutionResult =>
		unanswered([failedFetch(subgraph.name, thrown, execution)], variables);
	const taken = (result: ExecutionResult, variables: OperationVariables): ExecutionResult => {
		const { data, errors = [] } = answerOf(result);
		// Without a path an error is of all that was asked.
		const ofAll = data == null ? errors.filter((raw) => errorPathOf(raw).length === 0) : [];
		if (ofAll.length === 0) return named(subgraph.name, result);
		return unanswered(
			ofAll.map((raw) => subgraphError(subgraph.name, raw)),
			variables,
		);
	};
	return {
		prepare: async (values: Readonly<Record<string, unknown>>) => subgraph.prepare?.(operation, values),
		async execute(variables: OperationVariables, execution: Execution): Promise<ExecutionResult> {
			const request = requestOf(variables, execution);
			const { observer } = execution;
			try {
				if (observer === undefined) return taken(await subgraph.execute(request), variables);
				const fetch = { subgraph, operation, representations: 0 };
				return taken(await observer(fetch, () => subgraph.execute(request)), variables);
			} catch (error) {
				return failed(error, variables, execution);
			}
		},
		async subscribe(
			variables: OperationVariables,
			execution: Execution,
		): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
			const request = requestOf(variables, execution);
			try {
				const events = await subgraph.subscribe(request);
				if (!(Symbol.asyncIterator in events)) return taken(events, variables);
				return mapEvents(events, (event) => taken(event, variables), {
					failure: (error) => (error instanceof Error ? error : new Error(String(error))),
					ended: () => undefined,
				});
			} catch (error) {
				return failed(error, variables, execution);
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
