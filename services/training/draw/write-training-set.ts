/** The rows of a training set into one Parquet file, which everything else is made from: its hash, and other formats. */
import type { FeatureJoin, JoinOutput } from "../../../core/ports/feature-join.ts";
import type { FrameFiles } from "../../../core/ports/offline-engine.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import type { Column } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import { type DrawRequest, draw, joinReads } from "./draw.ts";

export interface WriteDeps {
	readonly join: FeatureJoin;
	readonly frames: FrameFiles;
}

/** Told the share of the rows that is done, 0 to 1. */
export type Progress = (share: number) => Promise<void>;

/** The columns of a training set: those of its labels, then its features. */
export const columnsOf = ({ labels, selection }: Pick<DrawRequest, "labels" | "selection">): readonly Column[] => [
	...labels.columns,
	...selection.features.map(({ name, type }) => ({ name, type })),
];

/**
 * Writes the rows to `path`. Where all features are stored ones, the engines write the file themselves; expressions, and
 * JSON, which has many spellings for one value, pass through JavaScript.
 */
export async function writeRows(
	{ join, frames }: WriteDeps,
	request: DrawRequest,
	path: string,
	onProgress: Progress,
): Promise<void> {
	const columns = columnsOf(request);
	const { selection, labels, known, positions, signal, shared, onFacts } = request;
	if (passesThrough(selection, columns)) {
		await frames.write(path, "PARQUET", columns, evaluated(join, request, onProgress));
		return;
	}
	const outputs = [
		...labels.columns.map(({ name }): JoinOutput => ({ kind: "label", column: name })),
		...selection.features.map(
			({ name, feature, read }): JoinOutput => ({ kind: "feature", read: read.index, feature, name }),
		),
	];
	const reads = joinReads(selection);
	const joined = {
		reads,
		outputs,
		known,
		positions,
		signal,
		onProgress,
		...(shared === undefined ? {} : { shared }),
		...(onFacts === undefined ? {} : { onFacts }),
	};
	await join.write(labels, joined, path);
}

const passesThrough = ({ onDemand }: ResolvedSelection, columns: readonly Column[]): boolean =>
	onDemand.length > 0 || columns.some(({ type }) => type.scalar === "JSON");

async function* evaluated(join: FeatureJoin, request: DrawRequest, onProgress: Progress): AsyncGenerator<ColumnBatch> {
	let rows = 0;
	for await (const { labels, features } of draw(join, request)) {
		request.signal.throwIfAborted();
		yield { rowCount: labels.rowCount, columns: [...labels.columns, ...features.map(({ values }) => values)] };
		rows += labels.rowCount;
		await onProgress(rows / Math.max(1, request.labels.rowCount));
	}
}
