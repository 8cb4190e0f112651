/** From what the stored views answered to the columns that were asked for: statuses, and on-demand expressions. */
import { requestScope } from "../expressions/compile-expression.ts";
import { EvaluationFailure } from "../expressions/expression-error.ts";
import { viewExpression } from "../expressions/view-expressions.ts";
import type { RowStatus } from "../online/row-status.ts";
import type { Value } from "../values/value.ts";
import type { OnDemandRead, ReadReference, ResolvedSelection } from "./model.ts";

export type FeatureStatus = "PRESENT" | "NULL_VALUE" | "NOT_FOUND" | "OUTSIDE_MAX_AGE" | "ERROR";

/** One feature over the rows of a batch. Only PRESENT has a value. */
export interface FeatureValues {
	readonly values: readonly Value[];
	readonly statuses: readonly FeatureStatus[];
	/** Of the row that was chosen; null for on-demand features, which have none. */
	readonly eventTimes: readonly Value[] | null;
}

/** What one stored view answered for each row. */
export interface BatchReadRows {
	/** In the order of the read's features; null unless the row is PRESENT. */
	readonly features: readonly (readonly Value[])[];
	readonly statuses: readonly RowStatus[];
	readonly eventTimes: readonly Value[];
}

/** The selected features for `rowCount` rows, in their order. `request` are the request columns by name. */
export function evaluateSelection(
	selection: Pick<ResolvedSelection, "features" | "batch" | "onDemand">,
	rowCount: number,
	batch: readonly BatchReadRows[],
	request: ReadonlyMap<string, readonly Value[]>,
): FeatureValues[] {
	const stored = selection.batch.map(
		(read, index) =>
			new Map(read.features.map((feature, at) => [feature, storedFeature(batch[index] as BatchReadRows, at)])),
	);
	const computed: Map<string, FeatureValues>[] = [];
	const valuesOf = ({ kind, index }: ReadReference, feature: string): FeatureValues => {
		const found = (kind === "batch" ? stored : computed)[index]?.get(feature);
		if (found === undefined) throw new Error(`A plan reads the feature "${feature}" before it is there.`);
		return found;
	};
	for (const read of selection.onDemand) {
		computed.push(new Map());
		for (const feature of read.features) {
			computed.at(-1)?.set(feature, computeFeature(read, feature, rowCount, valuesOf, request));
		}
	}
	return selection.features.map(({ read, feature }) => valuesOf(read, feature));
}

function storedFeature({ features, statuses, eventTimes }: BatchReadRows, at: number): FeatureValues {
	const values = features[at] ?? [];
	return {
		values,
		statuses: statuses.map((status, row) =>
			status === "PRESENT" && (values[row] ?? null) === null ? "NULL_VALUE" : status,
		),
		eventTimes,
	};
}

function computeFeature(
	{ view, inputs }: OnDemandRead,
	feature: string,
	rowCount: number,
	valuesOf: (reference: ReadReference, feature: string) => FeatureValues,
	request: ReadonlyMap<string, readonly Value[]>,
): FeatureValues {
	const expression = viewExpression(view, feature);
	const columns = expression.references.map(
		({ scope, name }): Pick<FeatureValues, "values"> & { statuses: readonly FeatureStatus[] | null } => {
			if (scope === requestScope) return { values: request.get(name) ?? [], statuses: null };
			const input = inputs[view.inputs.findIndex(({ definition }) => definition.name === scope)];
			if (input === undefined) throw new Error(`The plan lacks the input "${scope}" of "${view.definition.name}".`);
			return valuesOf(input, name);
		},
	);
	const values: Value[] = [];
	const statuses: FeatureStatus[] = [];
	const operands: Value[] = columns.map(() => null);
	for (let row = 0; row < rowCount; row++) {
		let failed = false;
		columns.forEach((column, index) => {
			operands[index] = column.values[row] ?? null;
			if (column.statuses?.[row] === "ERROR") failed = true;
		});
		// What follows from a failed value has failed too, and is not null.
		const result = failed ? null : expression.evaluate(operands);
		const value = result instanceof EvaluationFailure ? null : result;
		if (result instanceof EvaluationFailure) failed = true;
		values.push(value);
		statuses.push(failed ? "ERROR" : value === null ? "NULL_VALUE" : "PRESENT");
	}
	return { values, statuses, eventTimes: null };
}
