import { type ExecutionResult, Kind } from "graphql";
import { type Completion, completionOf } from "../complete/completion.ts";
import type { Data } from "./data.ts";
import { type FieldError, FieldFailure } from "./field-failure.ts";
import type { OperationToCompile } from "./operation-to-compile.ts";
import type { OperationVariables } from "./operation-variables.ts";

/** The result of an operation that was not answered at all: each of its root fields has failed, and says so at its path. */
export type Unanswered = (errors: readonly FieldError[], variables: OperationVariables) => ExecutionResult;

export function unansweredOf(input: OperationToCompile): Unanswered {
	const { graph, document, operation, asked, conditions, withheld, limits } = input;
	const keys = asked.selectionSet.selections.flatMap((selection) =>
		selection.kind === Kind.FIELD && !selection.name.value.startsWith("__") ? [graph.plannedKey(selection)] : [],
	);
	let complete: Completion | null = null;
	return (errors, { coerced }) => {
		complete ??= completionOf({
			schema: graph.schema,
			document,
			operation,
			conditions,
			withheld,
			plannedKey: graph.plannedKey,
			mostErrors: limits.responseErrors,
		});
		const data: Data = {};
		for (const key of keys) data[key] = FieldFailure.of(...errors);
		return complete(data, coerced, []);
	};
}
