import { type ExecutionResult, OperationTypeNode } from "graphql";
import { deadlines } from "./deadline.ts";
import type { Prepare, PreparedOperation } from "./operation.ts";

/**
 * Gives operations a second chance on the newest graph: a subgraph that is a process of its own may hold the schema no more
 * by which this gateway asks, or not yet. Then the graph is looked at anew and the operation prepared again, once, in what is
 * left of the time that one operation has. A mutation is not: another subgraph may have done its part.
 */
export function askingAgain(prepare: Prepare, refresh: () => Promise<void>, millis: number): Prepare {
	return async (request, caller, kinds) => {
		const operation = await prepare(request, caller, kinds);
		if (operation.kind === OperationTypeNode.MUTATION) return operation;

		/** On the newest graph, if that is there before `until`. */
		const again = async (until: AbortSignal, signal: AbortSignal): Promise<PreparedOperation | null> => {
			try {
				await Promise.race([refresh(), ended(until)]);
				const credentials = { principal: operation.principal };
				return await prepare(request, { ...caller, credentials, signal }, kinds);
			} catch {
				// It does not fit the newest graph, or there is none: the first answer says it better.
				return null;
			}
		};
		return {
			...operation,
			async execute() {
				const began = performance.now();
				const result = await operation.execute();
				if (!isOutOfDate(result)) return result;
				const left = Math.max(1, millis - (performance.now() - began));
				const withinRest = deadlines({ millis: left, ofMillis: millis });
				const second = async (until: AbortSignal) => (await again(until, until))?.execute();
				return (await withinRest(second, caller.signal).catch(() => undefined)) ?? result;
			},
			async subscribe() {
				const events = await operation.subscribe();
				if (Symbol.asyncIterator in events || !isOutOfDate(events)) return events;
				const begin = (until: AbortSignal) => again(until, caller.signal);
				const second = await deadlines({ millis })(begin, caller.signal).catch(() => null);
				return (await second?.subscribe()) ?? events;
			},
		};
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
