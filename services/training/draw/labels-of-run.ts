/** The label rows of a run: taken in once. Those of a large one are kept until it has ended, so that every shard is of the same rows. */
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import type { LabelFrame, LabelSpool } from "../../../core/ports/offline-engine.ts";
import type { Run } from "../../../core/ports/run-store.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import type { LabelField } from "../../../core/training/label-layout.ts";
import { shardRowsOf } from "../../../core/training/shard-rows.ts";
import type { LabelContext, LabelSourceDeps } from "../labels/label-source.ts";
import { type TakenLabels, takeLabels } from "../labels/take-labels.ts";
import type { DataBefore } from "../provenance/provenance.ts";
import type { TrainingRequest } from "../training-request.ts";
import { type DrawCheckpoint, drawCheckpointOf, freezeData } from "./draw-checkpoint.ts";
import { type DrawLimits, requireRows } from "./draw-limits.ts";
import { labelsKey } from "./part-keys.ts";
import { fileSha256, intactDraw, removeKept } from "./shard-files.ts";

export interface LabelDeps extends LabelSourceDeps {
	readonly spool: LabelSpool;
	readonly blobs: BlobStore;
	readonly logger: Logger;
	readonly drawLimits: DrawLimits;
}

export interface LabelsOfRun {
	readonly layout: readonly LabelField[];
	readonly frame: LabelFrame;
	/** Null: the rows are drawn at once. */
	readonly begun: DrawCheckpoint | null;
}

/** Those that an earlier worker of the run kept, where they and the data are as they were; otherwise from their source. */
export async function labelsOfRun(
	deps: LabelDeps,
	run: Run,
	selection: ResolvedSelection,
	request: TrainingRequest,
	context: LabelContext,
	data: DataBefore,
): Promise<LabelsOfRun> {
	const begun = await takenUp(deps, run, request, freezeData(data));
	if (begun !== null) {
		return {
			layout: begun.labels.columns,
			frame: await keptFrame(deps, run.id, request.timestampColumn, begun),
			begun,
		};
	}
	const taken = await takeLabels(deps, selection, request, context);
	try {
		requireRows(deps.drawLimits, taken.frame.rowCount);
		const shardRows = shardRowsOf(taken.frame.rowCount, deps.drawLimits.shardRows);
		if (shardRows === null) return { ...taken, begun: null };
		const kept = await keep(deps, run.id, taken, shardRows, freezeData(data));
		return {
			layout: taken.layout,
			frame: await keptFrame(deps, run.id, request.timestampColumn, kept),
			begun: kept,
		};
	} catch (error) {
		await taken.frame.close();
		throw error;
	}
}

async function takenUp(
	{ blobs, logger }: LabelDeps,
	run: Run,
	{ format }: TrainingRequest,
	data: string,
): Promise<DrawCheckpoint | null> {
	const begun = drawCheckpointOf(run.checkpoint);
	if (begun === null) return null;
	const runId = run.id;
	const intact = begun.data === data ? await intactDraw(blobs, runId, begun) : null;
	if (intact === null) {
		logger.warn(
			{ runId },
			"A training set is drawn from the beginning: its sources or what was kept of it have changed",
		);
		await removeKept(blobs, runId, format, begun, null);
		return null;
	}
	logger.info({ runId, shards: intact.shards.length }, "A training set is taken up again");
	return intact;
}

/** Its file goes among the blobs. */
async function keep(
	{ blobs }: LabelDeps,
	runId: string,
	{ layout, frame }: TakenLabels,
	shardRows: number,
	data: string,
): Promise<DrawCheckpoint> {
	const { rowCount, timeRange, path } = frame;
	const sha256 = await fileSha256(path);
	await blobs.put(labelsKey(runId), path);
	return {
		labels: {
			columns: layout.map(({ name, type, role }) => ({ name, type, role })),
			rowCount,
			timeRange: timeRange === null ? null : { min: String(timeRange.min), max: String(timeRange.max) },
			sha256,
		},
		data,
		shardRows,
		shards: [],
		files: null,
	};
}

async function keptFrame(
	{ spool, blobs }: LabelDeps,
	runId: string,
	timestampColumn: string,
	{ labels: { columns, rowCount, timeRange } }: DrawCheckpoint,
): Promise<LabelFrame> {
	return spool.open({
		path: await blobs.localPath(labelsKey(runId)),
		columns: columns.map(({ name, type }) => ({ name, type })),
		rowCount,
		timestampColumn,
		timeRange: timeRange === null ? null : { min: BigInt(timeRange.min), max: BigInt(timeRange.max) },
	});
}
