import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type {
	Known,
	LabelFrame,
	LabelSpool,
	LogPositions,
	OfflineEngine,
	PointInTimeRows,
} from "../../core/ports/offline-engine.ts";
import { type BatchReadRows, evaluateSelection, type FeatureValues } from "../../core/reads/evaluate-selection.ts";
import type { BatchRead, ResolvedSelection } from "../../core/reads/model.ts";
import { zipColumns } from "../../core/training/zip-columns.ts";
import { type Column, scalar } from "../../core/values/type.ts";
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

/** Each open stream holds a connection of its engine; views beyond these are spooled first, one after the other. */
const mostStreams = 4;

/**
 * Joins labels with the features of a selection, point-in-time correct: one stream per stored view, put side by side in
 * label order, expressions computed in between. Memory is that of one batch per view, whatever the number of labels.
 */
export async function* draw(
	{ engines, spool }: { readonly engines: readonly OfflineEngine[]; readonly spool: LabelSpool },
	request: DrawRequest,
): AsyncGenerator<DrawnBatch> {
	const { selection } = request;
	const spooled: LabelFrame[] = [];
	try {
		const streams: AsyncIterable<ColumnBatch>[] = [];
		for (const [index, read] of selection.batch.entries()) {
			const rows = rowsOf(engines, read, request);
			if (index < mostStreams) {
				streams.push(rows);
				continue;
			}
			const columns = rowColumns(read);
			const frame = await spool.write(columns, eventTimeColumn, rows);
			spooled.push(frame);
			streams.push(frame.read(columns.map(({ name }) => name)));
		}
		yield* joined(streams, request);
	} finally {
		await Promise.all(spooled.map((frame) => frame.close()));
	}
}

function rowsOf(
	engines: readonly OfflineEngine[],
	{ view: version, keyColumns, features }: BatchRead,
	{ labels, known, positions, signal }: DrawRequest,
): PointInTimeRows {
	const view = offlineViewOf(version);
	const engine = engineFor(engines, view.relation, view.name);
	return engine.pointInTime(labels, { view, features, keyColumns, known, positions, signal });
}

const eventTimeColumn = "__event_time";

/** The columns of point-in-time rows. */
const rowColumns = ({ view, features }: BatchRead): Column[] => [
	...features.map((name) => ({
		name,
		type: view.definition.features.find((feature) => feature.name === name)?.type ?? scalar("STRING"),
	})),
	{ name: eventTimeColumn, type: scalar("TIMESTAMP") },
	{ name: "__status", type: scalar("STRING") },
];

async function* joined(
	streams: readonly AsyncIterable<ColumnBatch>[],
	{ selection, labels, isBad }: DrawRequest,
): AsyncGenerator<DrawnBatch> {
	const names = labels.columns.map(({ name }) => name);
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
		const labelColumnsByName = new Map<string, readonly Value[]>(
			names.map((name, index) => [name, labelColumns[index] ?? []]),
		);
		const bad = isBad?.subarray(firstRow, firstRow + rowCount) ?? null;
		firstRow += rowCount;
		yield {
			labels: { rowCount, columns: labelColumns },
			features: evaluateSelection(selection, rowCount, batch, labelColumnsByName, bad),
		};
	}
}
