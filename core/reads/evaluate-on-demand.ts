import { requestScope } from "../expressions/compile-expression.ts";
import { EvaluationFailure } from "../expressions/expression-error.ts";
import { viewExpression } from "../expressions/view-expressions.ts";
import type { Value } from "../values/value.ts";
import type { FeatureStatus } from "./frame.ts";
import type { OnDemandRead, ReadReference } from "./model.ts";

export interface EvaluatedColumn {
	readonly values: readonly Value[];
	/** PRESENT, NULL_VALUE or ERROR. */
	readonly statuses: readonly FeatureStatus[];
	readonly failures: readonly { readonly row: number; readonly message: string }[];
}

/** Where operands come from: all columns have one value per row, null where there is none. */
export interface OperandColumns {
	request(column: string): readonly Value[];
	feature(read: ReadReference, feature: string): readonly Value[];
}

/** Evaluates one feature of an on-demand view over rows. Rows with `isBad[row] === 1` are left out, with status ERROR. */
export function evaluateOnDemand(
	read: OnDemandRead,
	feature: string,
	rowCount: number,
	columns: OperandColumns,
	isBad: Uint8Array | null = null,
): EvaluatedColumn {
	const expression = viewExpression(read.view, feature);
	const sources = expression.references.map(({ scope, name }) => {
		if (scope === requestScope) return columns.request(name);
		const input = read.inputs[read.view.inputs.findIndex((view) => view.definition.name === scope)];
		if (input === undefined) throw new Error(`The read of ${read.view.definition.name} lacks its input ${scope}.`);
		return columns.feature(input, name);
	});
	const values = new Array<Value>(rowCount).fill(null);
	const statuses = new Array<FeatureStatus>(rowCount).fill("ERROR");
	const failures: { row: number; message: string }[] = [];
	const operands = new Array<Value>(sources.length).fill(null);
	for (let row = 0; row < rowCount; row++) {
		if (isBad !== null && isBad[row] === 1) continue;
		for (let i = 0; i < sources.length; i++) operands[i] = sources[i]?.[row] ?? null;
		const result = expression.evaluate(operands);
		if (result instanceof EvaluationFailure) {
			failures.push({ row, message: result.message });
			continue;
		}
		values[row] = result;
		statuses[row] = result === null ? "NULL_VALUE" : "PRESENT";
	}
	return { values, statuses, failures };
}
