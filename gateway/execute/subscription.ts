import type { ExecutionResult } from "graphql";
import { beginRun, type Execution } from "./execution.ts";
import type { FieldError } from "./field-failure.ts";
import { mapEvents } from "./map-events.ts";
import { mergeRoot, type RootMerge } from "./merge-root.ts";
import type { OperationVariables } from "./operation-variables.ts";
import { answerOf, failedFetch, fetchVariables } from "./planned-fetch.ts";
import type { Run } from "./run.ts";

export interface Following {
	readonly execution: Execution;
	readonly variables: OperationVariables;
	/** Asks the other subgraphs for what an event lacks, and makes its result. */
	complete(run: Run): Promise<ExecutionResult>;
}

/** Follows the source of a subscription: each event is a run of its own, with a scope of its own. */
export async function followSource(
	source: RootMerge,
	{ execution, variables, complete }: Following,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
	const { fetch } = source;
	const begin = (answer: ExecutionResult | FieldError): Run => {
		const run: Run = { data: {}, variables, strayErrors: [], context: beginRun(execution), execution };
		mergeRoot(source, answer, [run.data], run);
		return run;
	};
	const request = {
		operation: fetch.operation,
		variables: fetchVariables(fetch, variables),
		context: beginRun(execution),
	};
	const read = (answer: ExecutionResult): ExecutionResult | FieldError => {
		try {
			return answerOf(answer);
		} catch (error) {
			return failedFetch(fetch.subgraph.name, error, execution);
		}
	};
	let events: AsyncIterable<ExecutionResult> | ExecutionResult;
	try {
		events = await fetch.subgraph.subscribe(request);
	} catch (error) {
		return complete(begin(failedFetch(fetch.subgraph.name, error, execution)));
	}
	if (!(Symbol.asyncIterator in events)) return complete(begin(read(events)));
	return mapEvents(events, (event) => complete(begin(read(event))), {
		failure: (error) => (error instanceof Error ? error : new Error(String(error))),
		ended: () => undefined,
	});
}
