import { type ExecutionResult, OperationTypeNode } from "graphql";
import type { Prepare, PreparedOperation } from "./operation.ts";

/**
 * Gives operations a second chance on the newest graph: a subgraph that is a process of its own may hold the schema no more
 * by which this gateway asks, or not yet. Then the graph is looked at anew and the operation prepared again, once. A
 * mutation is not: another subgraph may have done its part.
 */
export function askingAgain(prepare: Prepare, refresh: () => Promise<void>): Prepare {
	return async (request, caller, kinds) => {
		const operation = await prepare(request, caller, kinds);
		if (operation.kind === OperationTypeNode.MUTATION) return operation;

		const again = async (): Promise<PreparedOperation | null> => {
			try {
				await refresh();
				return await prepare(request, { ...caller, credentials: { principal: operation.principal } }, kinds);
			} catch {
				// It does not fit the newest graph, or there is none: the first answer says it better.
				return null;
			}
		};
		return {
			...operation,
			async execute() {
				const result = await operation.execute();
				return isOutOfDate(result) ? ((await (await again())?.execute()) ?? result) : result;
			},
			async subscribe() {
				const events = await operation.subscribe();
				if (Symbol.asyncIterator in events || !isOutOfDate(events)) return events;
				return (await (await again())?.subscribe()) ?? events;
			},
		};
	};
}

const isOutOfDate = ({ errors }: ExecutionResult): boolean =>
	errors?.some(({ extensions }) => extensions["code"] === "GRAPH_OUT_OF_DATE") ?? false;
