import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type { Known, LabelFrame, LogPositions, OfflineEngine } from "../../core/ports/offline-engine.ts";
import { type BatchReadRows, evaluateSelection, type FeatureValues } from "../../core/reads/evaluate-selection.ts";
import type { ResolvedSelection } from "../../core/reads/model.ts";
import { zipColumns } from "../../core/training/zip-columns.ts";
import type { ColumnBatch, Value } from "../../core/values/value.ts";
import { engineFor } from "./label-source.ts";

export interface DrawRequest {
	readonly selection: ResolvedSelection;
	readonly labels: LabelFrame;
	readonly known: Known;
	readonly positions: LogPositions | null;
	readonly signal: AbortSignal;
	/** By label row: 1 where the row is malformed. Null: none is. */
	readonly isBad: Uint8Array | null;
}

/** Label rows and their features, in label order. */
export interface DrawnBatch {
	readonly labels: ColumnBatch;
	/** In the order of the selection. */
	readonly features: readonly FeatureValues[];
}

/**
 * Joins labels with the features of a selection, point-in-time correct: one stream per stored view, put side by side in
 * label order, expressions computed in between. Memory is that of one batch per view, whatever the number of labels.
 */
export async function* draw(engines: readonly OfflineEngine[], request: DrawRequest): AsyncGenerator<DrawnBatch> {
	const { selection, labels, known, positions, signal, isBad } = request;
	const names = labels.columns.map(({ name }) => name);
	const streams = selection.batch.map(({ view: version, keyColumns, features }) => {
		const view = offlineViewOf(version);
		return engineFor(engines, view.relation, view.name).pointInTime(labels, {
			view,
			features,
			keyColumns,
			known,
			positions,
			signal,
		});
	});
	let firstRow = 0;
	for await (const { rowCount, columns } of zipColumns([labels.read(names), ...streams])) {
		const labelColumns = columns.slice(0, names.length);
		let at = names.length;
		const batch = selection.batch.map(({ features }): BatchReadRows => {
			const start = at;
			at += features.length + 2;
			return {
				features: columns.slice(start, start + features.length),
				eventTimes: (columns[at - 2] ?? []) as BatchReadRows["eventTimes"],
				statuses: (columns[at - 1] ?? []) as BatchReadRows["statuses"],
			};
		});
		// All label columns: one that is a join key may be request data too.
		const rowColumns = new Map<string, readonly Value[]>(names.map((name, index) => [name, labelColumns[index] ?? []]));
		const bad = isBad?.subarray(firstRow, firstRow + rowCount) ?? null;
		firstRow += rowCount;
		yield {
			labels: { rowCount, columns: labelColumns },
			features: evaluateSelection(selection, rowCount, batch, rowColumns, bad),
		};
	}
}
