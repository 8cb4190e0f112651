import type { ExecutionResult } from "graphql";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import { withFreshScope } from "./execution.ts";
import type { FetchObserver } from "./fetch-observer.ts";
import { mapEvents } from "./map-events.ts";
import { mergeRoot, type RootMerge } from "./merge-root.ts";
import type { OperationVariables } from "./operation-variables.ts";
import { answerOf, fetchVariables } from "./planned-fetch.ts";
import type { Run } from "./run.ts";
import { fetchError } from "./subgraph-error.ts";

export interface Following {
	readonly context: OperationContext;
	readonly variables: OperationVariables;
	readonly observer: FetchObserver | null;
	/** Asks the other subgraphs for what an event lacks, and makes its result. */
	complete(run: Run): Promise<ExecutionResult>;
}

/** Follows the source of a subscription: each event is a run of its own, with a scope of its own. */
export async function followSource(
	source: RootMerge,
	{ context, variables, observer, complete }: Following,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
	const { fetch } = source;
	const begin = (answer: Parameters<typeof mergeRoot>[1]): Run => {
		const run: Run = { data: {}, variables, strayErrors: [], context: withFreshScope(context), observer };
		mergeRoot(source, answer, [run.data], run);
		return run;
	};
	const request = { operation: fetch.operation, variables: fetchVariables(fetch, variables), context };
	let events: AsyncIterable<ExecutionResult> | ExecutionResult;
	try {
		events = await fetch.subgraph.subscribe(request);
	} catch (error) {
		return complete(begin(fetchError(fetch.subgraph.name, error)));
	}
	if (!(Symbol.asyncIterator in events)) return complete(begin(answerOf(events)));
	return mapEvents(events, (event) => complete(begin(answerOf(event))), {
		failure: (error) => (error instanceof Error ? error : new Error(String(error))),
		ended: () => undefined,
	});
}
