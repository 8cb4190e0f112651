/** A training set that was drawn again, beside the first one: where they differ, in how many rows, and why. */
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { FrameFiles } from "../../../core/ports/offline-engine.ts";
import type {
	DataProvenance,
	TrainingSet,
	TrainingSetComparison,
	TrainingSetProvenance,
	TrainingSetResult,
} from "../../../core/ports/training-store.ts";
import type { ReadReference, ResolvedSelection } from "../../../core/reads/model.ts";
import { countDifferences } from "../../../core/training/count-differences.ts";
import { valueConverter } from "../../../core/values/convert-value.ts";
import { parseValueType, sameType, type ValueType } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { trainingSetKeys } from "../draw/part-keys.ts";

export interface CompareDeps {
	readonly frames: FrameFiles;
	readonly blobs: BlobStore;
}

type Drawn = Pick<TrainingSetResult, "contentHash" | "rowCount" | "provenance">;

/**
 * Compares the hashes, and counts the rows of the columns whose hashes differ: both files are read side by side.
 * `paths`: the files of the new one. Where the first one's file is gone, every row counts.
 */
export async function compareTrainingSets(
	deps: CompareDeps,
	first: TrainingSet & { readonly result: Drawn },
	again: Drawn,
	selection: ResolvedSelection,
	paths: readonly string[],
	signal: AbortSignal,
): Promise<TrainingSetComparison> {
	if (first.result.contentHash === again.contentHash) return { identical: true, differences: [] };
	const before = columnsOf(first.result.provenance);
	const after = columnsOf(again.provenance);
	const names = [...new Set([...before.keys(), ...after.keys()])].filter(
		(name) => before.get(name)?.hash !== after.get(name)?.hash || before.get(name)?.type !== after.get(name)?.type,
	);
	const counts = await countRows(deps, first, names, before, paths, signal);
	const most = first.result.rowCount > again.rowCount ? first.result.rowCount : again.rowCount;
	return {
		identical: false,
		differences: names.map((column) => ({
			column,
			rowCount: String(counts?.get(column) ?? most),
			reason: reasonFor(column, first.result.provenance, again.provenance, selection),
		})),
	};
}

const columnsOf = ({ columns }: TrainingSetProvenance) => new Map(columns.map((column) => [column.name, column]));

async function countRows(
	{ frames, blobs }: CompareDeps,
	set: TrainingSet,
	names: readonly string[],
	recorded: ReturnType<typeof columnsOf>,
	paths: readonly string[],
	signal: AbortSignal,
): Promise<ReadonlyMap<string, bigint> | null> {
	const before: string[] = [];
	for (const key of trainingSetKeys(set)) {
		if ((await blobs.stat(key)) === null) return null;
		before.push(await blobs.localPath(key));
	}
	const read = (path: string) => frames.read(path, set.format, signal);
	const opened = await Promise.all([before[0] ?? "", paths[0] ?? ""].map(read));
	const shared = names.filter((name) => opened.every(({ columns }) => columns.some((c) => c.name === name)));
	const columns = shared.map((name) => ({ name, type: parseValueType(recorded.get(name)?.type ?? "") ?? null }));
	async function* rowsOf(first: (typeof opened)[number] | undefined, others: readonly string[]) {
		if (first !== undefined) yield* select(first, columns);
		for (const path of others) yield* select(await read(path), columns);
	}
	const [then, now] = opened;
	const counts = await countDifferences(rowsOf(then, before.slice(1)), rowsOf(now, paths.slice(1)), columns.length);
	return new Map(shared.map((name, index) => [name, counts[index] ?? 0n]));
}

/** Text files do not say what they hold: one may read as integers what the other reads as fractions. */
async function* select(
	{ columns, batches }: Awaited<ReturnType<FrameFiles["read"]>>,
	wanted: readonly { readonly name: string; readonly type: ValueType | null }[],
): AsyncGenerator<ColumnBatch> {
	const takes = wanted.map(({ name, type }) => {
		const at = columns.findIndex((column) => column.name === name);
		const from = columns[at]?.type;
		const convert = from === undefined || type === null || sameType(from, type) ? null : valueConverter(from, type);
		return ({ columns: values }: ColumnBatch): readonly Value[] => {
			const column = values[at] ?? [];
			return convert === null ? column : column.map((value) => convert(value) ?? value);
		};
	});
	for await (const batch of batches) {
		yield { rowCount: batch.rowCount, columns: takes.map((take) => take(batch)) };
	}
}

function reasonFor(
	column: string,
	before: TrainingSetProvenance,
	after: TrainingSetProvenance,
	selection: ResolvedSelection,
): string {
	const feature = selection.features.find(({ name }) => name === column);
	if (feature === undefined) {
		return `The label rows changed${because(changeOf(before.labelData, after.labelData))}.`;
	}
	const changes: string[] = [];
	for (const id of storedViews(selection, feature.read)) {
		const [then, now] = [before, after].map(({ views }) => views.find((view) => view.id === id));
		const change = changeOf(then?.data ?? null, now?.data ?? null);
		if (change !== null) changes.push(change);
		else if (then?.engine !== now?.engine) changes.push(`${now?.engine} read it, and ${then?.engine} the first time`);
	}
	if (before.labelFingerprint !== after.labelFingerprint) changes.unshift("the label rows changed");
	const [first, ...others] = new Set(changes);
	if (first === undefined) return "Nothing that was recorded explains it.";
	return `${[first.charAt(0).toUpperCase() + first.slice(1), ...others].join("; ")}.`;
}

const because = (change: string | null): string => (change === null ? "" : `: ${change}`);

function changeOf(before: DataProvenance | null, after: DataProvenance | null): string | null {
	if (before === null || after === null) return null;
	if (before.fingerprint !== after.fingerprint)
		return `the ${after.kind} of the source "${after.source}" was rewritten`;
	if (after.kind !== "table") return null;
	return `the table of the source "${after.source}" was changed in place, or has rows that came late`;
}

/** Ids of the stored views that a feature is made from. */
function storedViews(selection: ResolvedSelection, { kind, index }: ReadReference): number[] {
	if (kind === "batch") return [selection.batch[index]?.view.id ?? -1];
	return selection.onDemand[index]?.inputs.flatMap((input) => storedViews(selection, input)) ?? [];
}
