import { offlineViewOf } from "../../../core/offline/offline-view.ts";
import type { FeatureJoin, JoinOutput, JoinRead, ReadFacts, SharedRows } from "../../../core/ports/feature-join.ts";
import type { Known, LabelFrame, LogPositions } from "../../../core/ports/offline-engine.ts";
import { type BatchReadRows, evaluateSelection, type FeatureValues } from "../../../core/reads/evaluate-selection.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";

export interface DrawRequest {
	readonly selection: ResolvedSelection;
	readonly labels: LabelFrame;
	readonly known: Known;
	readonly positions: LogPositions | null;
	readonly signal: AbortSignal;
	/** By label row: 1 where the row is malformed. Null: none is. */
	readonly isBad: Uint8Array | null;
	/** Of a draw in shards, of which this is one. */
	readonly shared?: SharedRows;
	/** Told once, by read of the selection, before the first row. */
	readonly onFacts?: (facts: readonly ReadFacts[]) => void;
}

/** Label rows and their features, in label order. */
export interface DrawnBatch {
	readonly labels: ColumnBatch;
	/** In the order of the selection. */
	readonly features: readonly FeatureValues[];
}

/** What a selection reads of stored views. */
export const joinReads = ({ batch }: Pick<ResolvedSelection, "batch">): JoinRead[] =>
	batch.map(({ view, keyColumns, features }) => ({ view: offlineViewOf(view), keyColumns, features }));

/** Labels joined with all that the selection reads, expressions computed in between. Memory is that of one batch. */
export async function* draw(join: FeatureJoin, request: DrawRequest): AsyncGenerator<DrawnBatch> {
	const { selection, labels, known, positions, signal, isBad, shared, onFacts } = request;
	const reads = joinReads(selection);
	const names = labels.columns.map(({ name }) => name);
	const outputs = [...names.map((column): JoinOutput => ({ kind: "label", column })), ...reads.flatMap(readOutputs)];
	const joined = {
		...{ reads, outputs, known, positions, signal },
		...(shared === undefined ? {} : { shared }),
		...(onFacts === undefined ? {} : { onFacts }),
	};
	let firstRow = 0;
	for await (const { rowCount, columns } of join.rows(labels, joined)) {
		const labelColumns = columns.slice(0, names.length);
		// All label columns: one that is a join key may be request data too.
		const byName = new Map<string, readonly Value[]>(names.map((name, index) => [name, labelColumns[index] ?? []]));
		const bad = isBad?.subarray(firstRow, firstRow + rowCount) ?? null;
		firstRow += rowCount;
		const batch = readRows(reads, columns.slice(names.length));
		yield {
			labels: { rowCount, columns: labelColumns },
			features: evaluateSelection(selection, rowCount, batch, byName, bad),
		};
	}
}

const readOutputs = ({ features }: JoinRead, read: number): JoinOutput[] => [
	...features.map((feature): JoinOutput => ({ kind: "feature", read, feature, name: `${read} ${feature}` })),
	{ kind: "eventTime", read, name: `${read} event time` },
	{ kind: "status", read, name: `${read} status` },
];

/** The columns of `readOutputs`, by read. */
function readRows(reads: readonly JoinRead[], columns: readonly (readonly Value[])[]): BatchReadRows[] {
	let start = 0;
	return reads.map(({ features }) => {
		const last = start + features.length;
		const rows = {
			features: columns.slice(start, last),
			eventTimes: (columns[last] ?? []) as BatchReadRows["eventTimes"],
			statuses: (columns[last + 1] ?? []) as BatchReadRows["statuses"],
		};
		start = last + 2;
		return rows;
	});
}
