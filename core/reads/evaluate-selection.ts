/** From what the stored views answered to the columns that were asked for: statuses, and on-demand expressions. */
import type { RowStatus } from "../online/row-status.ts";
import type { Micros, Value } from "../values/value.ts";
import { type EvaluatedColumn, evaluateOnDemand, type OperandColumns } from "./evaluate-on-demand.ts";
import type { FeatureStatus } from "./frame.ts";
import type { ReadReference, ResolvedSelection } from "./model.ts";

/** One feature over the rows of a batch. Only PRESENT has a value. */
export interface FeatureValues {
	readonly values: readonly Value[];
	readonly statuses: readonly FeatureStatus[];
	/** Of the row that was chosen; null for on-demand features, which have none. */
	readonly eventTimes: readonly (Micros | null)[] | null;
	readonly failures: EvaluatedColumn["failures"];
}

/** What one stored view answered for each row. */
export interface BatchReadRows {
	/** In the order of the read's features; null unless the row is PRESENT. */
	readonly features: readonly (readonly Value[])[];
	readonly statuses: readonly RowStatus[];
	readonly eventTimes: readonly (Micros | null)[];
}

/**
 * The selected features for `rowCount` rows, in their order. `columns` are those of the rows, by name. Rows with
 * `isBad[row] === 1` are ERROR throughout.
 */
export function evaluateSelection(
	selection: Pick<ResolvedSelection, "features" | "batch" | "onDemand">,
	rowCount: number,
	batch: readonly BatchReadRows[],
	columns: ReadonlyMap<string, readonly Value[]>,
	isBad: Uint8Array | null,
): FeatureValues[] {
	const stored = selection.batch.map(
		({ features }, read) =>
			new Map(features.map((feature, at) => [feature, storedFeature(batch[read] as BatchReadRows, at, isBad)])),
	);
	const computed: Map<string, FeatureValues>[] = [];
	const valuesOf = ({ kind, index }: ReadReference, feature: string): FeatureValues => {
		const found = (kind === "batch" ? stored : computed)[index]?.get(feature);
		if (found === undefined) throw new Error(`A plan reads the feature "${feature}" before it is there.`);
		return found;
	};
	const operands: OperandColumns = {
		request: (column) => columns.get(column) ?? [],
		feature: (read, feature) => valuesOf(read, feature).values,
	};
	for (const read of selection.onDemand) {
		const features = read.features.map((feature): [string, FeatureValues] => [
			feature,
			{ ...evaluateOnDemand(read, feature, rowCount, operands, isBad), eventTimes: null },
		]);
		computed.push(new Map(features));
	}
	return selection.features.map(({ read, feature }) => valuesOf(read, feature));
}

function storedFeature(
	{ features, statuses, eventTimes }: BatchReadRows,
	at: number,
	isBad: Uint8Array | null,
): FeatureValues {
	const found = features[at] ?? [];
	const bad = (row: number): boolean => isBad !== null && isBad[row] === 1;
	const values = isBad === null ? found : found.map((value, row) => (bad(row) ? null : value));
	return {
		values,
		statuses: statuses.map((status, row): FeatureStatus => {
			if (bad(row)) return "ERROR";
			return status === "PRESENT" && (values[row] ?? null) === null ? "NULL_VALUE" : status;
		}),
		eventTimes: isBad === null ? eventTimes : eventTimes.map((time, row) => (bad(row) ? null : time)),
		failures: [],
	};
}
