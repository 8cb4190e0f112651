import { type ExecutionResult, OperationTypeNode } from "graphql";
import { deadlines } from "./deadline.ts";
import type { Endable } from "./endable.ts";
import { type AskedOperation, knownCaller, type OperationRequest, type Operations } from "./operation.ts";

export interface AskingAgainOptions {
	readonly refresh: () => Promise<void>;
	/** How long one operation may take, both attempts together. */
	readonly millis: number;
}

/**
 * Gives operations a second chance on the newest graph: a subgraph that is a process of its own may hold the schema no more
 * by which this gateway asks, or not yet. Then the graph is looked at anew and the operation prepared again, once, in what is
 * left of the time that one operation has. A mutation is not: another subgraph may have done its part.
 */
export function askingAgain<Operation extends AskedOperation>(
	operations: Operations<OperationRequest, Operation>,
	{ refresh, millis }: AskingAgainOptions,
): Operations<OperationRequest, Operation> {
	/** On the newest graph, if that is there before `until`. */
	const again = async (
		{ request, caller, principal, kinds }: Operation,
		until: AbortSignal,
		signal: AbortSignal,
	): Promise<Operation | null> => {
		try {
			await Promise.race([refresh(), ended(until)]);
			return await operations.prepare(request, knownCaller(caller, principal, signal), kinds);
		} catch {
			// It does not fit the newest graph, or there is none: the first answer says it better.
			return null;
		}
	};
	return {
		prepare: operations.prepare,
		async execute(operation) {
			const began = performance.now();
			const result = await operations.execute(operation);
			if (operation.kind === OperationTypeNode.MUTATION || !isOutOfDate(result)) return result;
			const left = Math.max(1, millis - (performance.now() - began));
			const second = async ({ signal }: Endable): Promise<ExecutionResult | null> => {
				const next = await again(operation, signal, signal);
				return next === null ? null : operations.execute(next);
			};
			const withinRest = deadlines({ millis: left, ofMillis: millis });
			return (await withinRest(second, operation.caller).catch(() => null)) ?? result;
		},
		async subscribe(operation) {
			const events = await operations.subscribe(operation);
			if (Symbol.asyncIterator in events || !isOutOfDate(events)) return events;
			const { caller } = operation;
			const begin = ({ signal }: Endable) => again(operation, signal, caller.signal);
			const second = await deadlines({ millis })(begin, caller).catch(() => null);
			return second === null ? events : operations.subscribe(second);
		},
	};
}

const ended = (signal: AbortSignal): Promise<never> =>
	new Promise((_, reject) => {
		const end = () => reject(new Error("Nobody waits for the graph any more"));
		if (signal.aborted) end();
		else signal.addEventListener("abort", end, { once: true });
	});

const isOutOfDate = ({ errors }: ExecutionResult): boolean =>
	errors?.some(({ extensions }) => extensions["code"] === "GRAPH_OUT_OF_DATE") ?? false;
