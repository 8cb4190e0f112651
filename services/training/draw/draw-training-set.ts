import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { FeatureJoin, ReadFacts } from "../../../core/ports/feature-join.ts";
import type { FrameParts } from "../../../core/ports/frame-parts.ts";
import type { FrameProfiler } from "../../../core/ports/frame-profiler.ts";
import type { FrameFiles, LabelSpool, OfflineEngine } from "../../../core/ports/offline-engine.ts";
import type { RegistryReader } from "../../../core/ports/registry-reader.ts";
import type { Run } from "../../../core/ports/run-store.ts";
import type { LeakageFinding, TrainingSet, TrainingStore } from "../../../core/ports/training-store.ts";
import { thawSelection } from "../../../core/reads/frozen-selection.ts";
import type { ResolvedSelection } from "../../../core/reads/model.ts";
import { type ContentHash, contentHasher, isColumnarHash } from "../../../core/training/content-hash.ts";
import { requireSplitColumns } from "../../../core/training/splits.ts";
import type { Column } from "../../../core/values/type.ts";
import { type ExecuteDeps, executeRun, type RunControls } from "../../runs/execute-run.ts";
import { compareTrainingSets } from "../provenance/compare-training-sets.ts";
import { findLeakage } from "../provenance/find-leakage.ts";
import { dataBefore, provenanceOf } from "../provenance/provenance.ts";
import { type TrainingRequest, thawKnown, trainingRequestOf } from "../training-request.ts";
import { trainingSetFile } from "../training-sets.ts";
import { describeRows, targetColumns } from "./describe-rows.ts";
import type { DrawRequest } from "./draw.ts";
import { type DrawCheckpoint, freezeData } from "./draw-checkpoint.ts";
import { type DrawLimits, limitDrawTime, requireBytes } from "./draw-limits.ts";
import { drawRows } from "./draw-rows.ts";
import { progressOf } from "./draw-shards.ts";
import { labelsOfRun } from "./labels-of-run.ts";
import { removeOnceEnded } from "./shard-files.ts";
import { publish, shapeRows } from "./write-result.ts";
import { writeSplits } from "./write-splits.ts";
import { columnsOf } from "./write-training-set.ts";

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
	readonly drawLimits: DrawLimits;
}

/**
 * Draws a training set into its file. A run whose worker died is drawn from the beginning, or from the first shard that is
 * missing where it is a large one: from the recorded versions and log positions, so that the result is the same.
 */
export async function drawTrainingSet(deps: DrawDeps, runId: string, stopping: AbortSignal): Promise<void> {
	await executeRun(deps, runId, stopping, async (run, controls) => {
		const { signal, stop } = limitDrawTime(deps.drawLimits, controls.signal);
		try {
			await drawRun(deps, run, { ...controls, signal });
		} catch (error) {
			signal.throwIfAborted();
			throw error;
		} finally {
			stop();
		}
	});
	await removeOnceEnded(deps, runId);
}

async function drawRun(deps: DrawDeps, run: Run, controls: RunControls): Promise<void> {
	const runId = run.id;
	const { signal } = controls;
	const request = trainingRequestOf(run.request);
	const { format, timestampColumn } = request;
	const selection = thawSelection(request.selection, await deps.registry.snapshot(run.project));
	const set = await deps.training.get(runId);
	if (selection === null || set === null) throw noLongerKept();
	const context = { timestampColumn, drawnAt: BigInt(request.drawnAt), positions: set.logPositions, signal };
	const original = set.reproductionOf === null ? null : await deps.training.get(set.reproductionOf);
	const data = await dataBefore(deps.engines, selection, request);
	const { layout, frame, begun } = await labelsOfRun(deps, run, selection, request, context, data);
	const path = join(deps.scratchFolder, trainingSetFile(runId, format));
	const rowsPath = join(deps.scratchFolder, `${runId}.rows.parquet`);
	try {
		const targets = targetColumns(layout, request);
		if (request.splits != null) requireSplitColumns(request.splits, layout);
		const drawing: DrawRequest = {
			selection,
			labels: frame,
			known: thawKnown(request.known),
			positions: set.logPositions,
			signal,
			isBad: null,
		};
		const columns = columnsOf(drawing);
		const drawn = await drawRows(deps, runId, drawing, begun, rowsPath, controls);
		if (drawn.checkpoint !== null) await requireSameData(deps, selection, request, drawn.checkpoint);
		const rowPaths = drawn.files.map((file) => file.path);
		const content = await contentOf(deps.frames, rowPaths, columns, original, signal);
		const described = await describeRows(deps, drawing, rowPaths, targets, runId);
		const parts = { id: runId, format, columns, timestampColumn, signal };
		const splits =
			request.splits == null ? null : await writeSplits(deps, rowPaths, { ...parts, definition: request.splits });
		const leakage = await leakageOf(deps, drawing, drawn.facts, set);
		const resultRequest = { id: runId, format, columns, path, signal };
		const shaped = await shapeRows(deps, drawn, resultRequest);
		requireBytes(deps.drawLimits, Number(shaped.byteCount));
		signal.throwIfAborted();
		const result = {
			rowCount: content.rowCount,
			byteCount: shaped.byteCount,
			contentHash: content.hash,
			provenance: {
				...provenanceOf(deps.engines, selection, request, data, layout, columns, content, described.scans),
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
						shaped.paths,
						signal,
					);
		await publish(deps, shaped, resultRequest, content);
		if (drawn.checkpoint !== null && shaped.files !== null) {
			await controls.checkpoint(progressOf({ ...drawn.checkpoint, files: shaped.files }, 0));
		}
		await deps.training.finish(runId, { ...result, comparison });
	} finally {
		await frame.close();
		await rm(path, { force: true });
		await rm(rowsPath, { force: true });
	}
}

/** Its hash, of the version that the original has where it is drawn to be compared with one. */
async function contentOf(
	frames: FrameFiles,
	paths: readonly string[],
	columns: readonly Column[],
	original: TrainingSet | null,
	signal: AbortSignal,
): Promise<ContentHash> {
	const expected = original?.result?.contentHash;
	if (expected === undefined || isColumnarHash(expected)) return frames.hash(paths, columns, signal);
	const hasher = contentHasher(columns);
	for (const path of paths) {
		const { batches } = await frames.read(path, "PARQUET", signal);
		for await (const batch of batches) hasher.add(batch);
	}
	return hasher.finish();
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

/** Shards of two states of a file do not make one training set. */
async function requireSameData(
	deps: DrawDeps,
	selection: ResolvedSelection,
	request: TrainingRequest,
	{ data }: DrawCheckpoint,
): Promise<void> {
	if (freezeData(await dataBefore(deps.engines, selection, request)) === data) return;
	throw new FeaturegraphError("SOURCE_FAILED", "The file of a source was rewritten while the training set was drawn.", {
		hint: "Draw it again; write files under new names, or let the draw end before they are replaced.",
	});
}

const noLongerKept = (): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", "A view version that the training set was asked of is no longer kept.", {
		hint: "Ask for the training set anew.",
	});
