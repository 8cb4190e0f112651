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
import type { BatchViewVersion } from "../../core/registry/snapshot.ts";
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
 * Joins labels with the features of a selection, point-in-time correct: one stream per stored view, whatever the number
 * of its bindings, put side by side in label order, expressions computed in between. Memory is that of one batch per
 * view, whatever the number of labels.
 */
export async function* draw(
	{ engines, spool }: { readonly engines: readonly OfflineEngine[]; readonly spool: LabelSpool },
	request: DrawRequest,
): AsyncGenerator<DrawnBatch> {
	const groups = groupByView(request.selection.batch);
	const spooled: LabelFrame[] = [];
	try {
		const streams: AsyncIterable<ColumnBatch>[] = [];
		for (const [index, group] of groups.entries()) {
			const rows = rowsOf(engines, group, request);
			if (index < mostStreams) {
				streams.push(rows);
				continue;
			}
			const columns = rowColumns(group);
			const frame = await spool.write(columns, eventTimeName(0), rows);
			spooled.push(frame);
			streams.push(frame.read(columns.map(({ name }) => name)));
		}
		yield* joined(streams, groups, request);
	} finally {
		await Promise.all(spooled.map((frame) => frame.close()));
	}
}

function rowsOf(
	engines: readonly OfflineEngine[],
	{ version, reads }: ViewReads,
	{ labels, known, positions, signal }: DrawRequest,
): PointInTimeRows {
	const view = offlineViewOf(version);
	const engine = engineFor(engines, view.relation, view.name);
	return engine.pointInTime(labels, { view, lookups: reads, known, positions, signal });
}

/** All reads of one view version: its rows are computed once for all of them. */
interface ViewReads {
	readonly version: BatchViewVersion;
	readonly reads: readonly BatchRead[];
}

function groupByView(batch: readonly BatchRead[]): readonly ViewReads[] {
	const groups = new Map<number, { version: BatchViewVersion; reads: BatchRead[] }>();
	for (const read of batch) {
		const group = groups.get(read.view.id);
		if (group === undefined) groups.set(read.view.id, { version: read.view, reads: [read] });
		else group.reads.push(read);
	}
	return [...groups.values()];
}

const eventTimeName = (read: number): string => `event_time_${read}`;

/** The columns of point-in-time rows, under names that differ. */
const rowColumns = ({ version, reads }: ViewReads): Column[] =>
	reads.flatMap(({ features }, read) => [
		...features.map((name, feature) => ({
			name: `feature_${read}_${feature}`,
			type: version.definition.features.find((candidate) => candidate.name === name)?.type ?? scalar("STRING"),
		})),
		{ name: eventTimeName(read), type: scalar("TIMESTAMP") },
		{ name: `status_${read}`, type: scalar("STRING") },
	]);

async function* joined(
	streams: readonly AsyncIterable<ColumnBatch>[],
	groups: readonly ViewReads[],
	{ selection, labels, isBad }: DrawRequest,
): AsyncGenerator<DrawnBatch> {
	const names = labels.columns.map(({ name }) => name);
	// Where the columns of each read begin.
	const starts = new Map<BatchRead, number>();
	let end = names.length;
	for (const read of groups.flatMap(({ reads }) => reads)) {
		starts.set(read, end);
		end += read.features.length + 2;
	}
	let firstRow = 0;
	for await (const { rowCount, columns } of zipColumns([labels.read(names), ...streams])) {
		const labelColumns = columns.slice(0, names.length);
		const batch = selection.batch.map((read): BatchReadRows => {
			const start = starts.get(read) ?? end;
			const last = start + read.features.length;
			return {
				features: columns.slice(start, last),
				eventTimes: (columns[last] ?? []) as BatchReadRows["eventTimes"],
				statuses: (columns[last + 1] ?? []) as BatchReadRows["statuses"],
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
