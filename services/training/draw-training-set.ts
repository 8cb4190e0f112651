import { rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../core/ports/blob-store.ts";
import type { FeatureJoin, ReadFacts } from "../../core/ports/feature-join.ts";
import type { FrameParts } from "../../core/ports/frame-parts.ts";
import type { FrameProfiler } from "../../core/ports/frame-profiler.ts";
import type { FileFormat, FrameFiles, LabelFrame, LabelSpool, OfflineEngine } from "../../core/ports/offline-engine.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Run } from "../../core/ports/run-store.ts";
import type { LeakageFinding, TrainingSet, TrainingStore } from "../../core/ports/training-store.ts";
import { thawSelection } from "../../core/reads/frozen-selection.ts";
import { type ContentHash, contentHasher, isColumnarHash } from "../../core/training/content-hash.ts";
import { requireSplitColumns } from "../../core/training/splits.ts";
import type { Column } from "../../core/values/type.ts";
import { type ExecuteDeps, executeRun, type RunControls } from "../runs/execute-run.ts";
import { compareTrainingSets } from "./compare-training-sets.ts";
import { describeRows, targetColumns } from "./describe-rows.ts";
import type { DrawRequest } from "./draw.ts";
import { findLeakage } from "./find-leakage.ts";
import { dataBefore, provenanceOf } from "./provenance.ts";
import { takeLabels } from "./take-labels.ts";
import { thawKnown, trainingRequestOf } from "./training-request.ts";
import { trainingSetFile, trainingSetKey } from "./training-sets.ts";
import { writeSplits } from "./write-splits.ts";
import { columnsOf, type Progress, writeRows } from "./write-training-set.ts";

export interface DrawDeps extends ExecuteDeps {
	readonly registry: RegistryReader;
	readonly training: TrainingStore;
	readonly engines: readonly OfflineEngine[];
	readonly join: FeatureJoin;
	readonly spool: LabelSpool;
	readonly frames: FrameFiles;
	readonly profiler: FrameProfiler;
	readonly parts: FrameParts;
	readonly blobs: BlobStore;
	/** A folder on this machine for files that are not whole yet. */
	readonly scratchFolder: string;
}

const reportEveryMs = 500;

/**
 * Draws a training set into its file. A run whose worker died is drawn from the beginning: from the recorded versions
 * and log positions, so that the result is the same.
 */
export function drawTrainingSet(deps: DrawDeps, runId: string, stopping: AbortSignal): Promise<void> {
	return executeRun(deps, runId, stopping, async (run, controls) => {
		const request = trainingRequestOf(run.request);
		const selection = thawSelection(request.selection, await deps.registry.snapshot(run.project));
		const set = await deps.training.get(runId);
		if (selection === null || set === null) throw noLongerKept();
		const context = {
			timestampColumn: request.timestampColumn,
			drawnAt: BigInt(request.drawnAt),
			positions: set.logPositions,
			signal: controls.signal,
		};
		const original = set.reproductionOf === null ? null : await deps.training.get(set.reproductionOf);
		const data = await dataBefore(deps.engines, selection, request);
		const labels = await takeLabels(deps, selection, request, context);
		const path = join(deps.scratchFolder, trainingSetFile(runId, request.format));
		const rowsPath = join(deps.scratchFolder, `${runId}.rows.parquet`);
		try {
			let facts: readonly ReadFacts[] = [];
			const { layout, frame } = labels;
			const targets = targetColumns(layout, request);
			if (request.splits != null) requireSplitColumns(request.splits, layout);
			const drawing: DrawRequest = {
				selection,
				labels: frame,
				known: thawKnown(request.known),
				positions: set.logPositions,
				signal: controls.signal,
				isBad: null,
				onFacts: (seen) => {
					facts = seen;
				},
			};
			const columns = columnsOf(drawing);
			await writeRows(deps, drawing, rowsPath, reporter(frame, run, controls));
			const content = await contentOf(deps.frames, rowsPath, columns, original, controls.signal);
			const described = await describeRows(deps, drawing, [rowsPath], targets, runId);
			const { timestampColumn, splits: definition, format } = request;
			const parts = { id: runId, format, columns, timestampColumn, signal: controls.signal };
			const splits = definition == null ? null : await writeSplits(deps, [rowsPath], { ...parts, definition });
			await shape(deps.frames, rowsPath, request.format, columns, path, controls.signal);
			controls.signal.throwIfAborted();
			const leakage = await leakageOf(deps, drawing, facts, set);
			const result = {
				rowCount: content.rowCount,
				byteCount: BigInt((await stat(path)).size),
				contentHash: content.hash,
				provenance: {
					...provenanceOf(deps.engines, selection, request, data, layout, columns, content),
					scans: described.scans,
					profile: described.profile,
					splits,
				},
				comparison: null,
				leakage: leakage === null ? null : [...leakage, ...described.correlated],
			};
			const comparison =
				original?.result == null
					? null
					: await compareTrainingSets(
							deps,
							{ ...original, result: original.result },
							result,
							selection,
							path,
							controls.signal,
						);
			await deps.blobs.put(trainingSetKey(runId, request.format), path);
			await deps.training.finish(runId, { ...result, comparison });
		} finally {
			await labels.frame.close();
			await rm(path, { force: true });
			await rm(rowsPath, { force: true });
		}
	});
}

/** Its hash, of the version that the original has where it is drawn to be compared with one. */
async function contentOf(
	frames: FrameFiles,
	path: string,
	columns: readonly Column[],
	original: TrainingSet | null,
	signal: AbortSignal,
): Promise<ContentHash> {
	const expected = original?.result?.contentHash;
	if (expected === undefined || isColumnarHash(expected)) return frames.hash([path], columns, signal);
	const hasher = contentHasher(columns);
	const { batches } = await frames.read(path, "PARQUET", signal);
	for await (const batch of batches) hasher.add(batch);
	return hasher.finish();
}

/** The file in the format that was asked for. */
async function shape(
	frames: FrameFiles,
	rowsPath: string,
	format: FileFormat,
	columns: readonly Column[],
	path: string,
	signal: AbortSignal,
): Promise<void> {
	if (format === "PARQUET") {
		await rename(rowsPath, path);
		return;
	}
	const { batches } = await frames.read(rowsPath, "PARQUET", signal);
	await frames.write(path, format, columns, batches);
}

/** The training set is whole without it: what keeps it from being told is logged. */
async function leakageOf(
	deps: DrawDeps,
	drawing: DrawRequest,
	facts: readonly ReadFacts[],
	{ run }: TrainingSet,
): Promise<readonly LeakageFinding[] | null> {
	try {
		return await findLeakage(deps, drawing, facts);
	} catch (error) {
		drawing.signal.throwIfAborted();
		deps.logger.warn({ err: error, runId: run.id }, "A training set could not be looked at for leakage");
		return null;
	}
}

/** Tells those who watch how far it is. */
function reporter(labels: LabelFrame, run: Run, { checkpoint }: RunControls): Progress {
	let reported = performance.now();
	return async (share) => {
		if (share < 1 && performance.now() - reported < reportEveryMs) return;
		reported = performance.now();
		const rows = BigInt(Math.floor(labels.rowCount * share));
		// The last part is the file's move to where it is served from.
		const progress = Math.min(0.99, share);
		await checkpoint({ progress, rowsRead: rows, rowsWritten: rows, checkpoint: run.checkpoint });
	};
}

const noLongerKept = (): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", "A view version that the training set was asked of is no longer kept.", {
		hint: "Ask for the training set anew.",
	});
