import { rm } from "node:fs/promises";
import { join } from "node:path";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { BlobStore } from "../../core/ports/blob-store.ts";
import type { FrameFiles, LabelFrame, LabelSpool, OfflineEngine } from "../../core/ports/offline-engine.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Run } from "../../core/ports/run-store.ts";
import type { LeakageFinding, TrainingSet, TrainingStore } from "../../core/ports/training-store.ts";
import { thawSelection } from "../../core/reads/frozen-selection.ts";
import { contentHasher } from "../../core/training/content-hash.ts";
import { arrangeLabels, type LabelColumn, labelLayout } from "../../core/training/label-layout.ts";
import type { Column } from "../../core/values/type.ts";
import type { ColumnBatch } from "../../core/values/value.ts";
import { type ExecuteDeps, executeRun, type RunControls } from "../runs/execute-run.ts";
import { compareTrainingSets } from "./compare-training-sets.ts";
import { type DrawnBatch, draw } from "./draw.ts";
import { LeakageProbe } from "./find-leakage.ts";
import { type LabelRows, openLabels } from "./label-source.ts";
import { dataBefore, provenanceOf } from "./provenance.ts";
import { type TrainingRequest, thawKnown, trainingRequestOf } from "./training-request.ts";
import { trainingSetFile, trainingSetKey } from "./training-sets.ts";

export interface DrawDeps extends ExecuteDeps {
	readonly registry: RegistryReader;
	readonly training: TrainingStore;
	readonly engines: readonly OfflineEngine[];
	readonly spool: LabelSpool;
	readonly frames: FrameFiles;
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
		const rows = await openLabels(deps, selection.snapshot, request.labels, context);
		const layout = labelLayout(selection, request.timestampColumn, rows.columns);
		const labels = await deps.spool.write(
			layout.map(({ name, type }) => ({ name, type })),
			request.timestampColumn,
			arranged(layout, rows, controls.signal),
		);
		const path = join(deps.scratchFolder, trainingSetFile(runId, request.format));
		try {
			const columns: readonly Column[] = [
				...labels.columns,
				...selection.features.map(({ name, type }) => ({ name, type })),
			];
			const hasher = contentHasher(columns);
			const drawn = draw(deps, {
				selection,
				labels,
				known: thawKnown(request.known),
				positions: set.logPositions,
				signal: controls.signal,
				isBad: null,
			});
			const probe = new LeakageProbe(selection, labels);
			const frames = watched(drawn, labels, run, controls, (batch, row) => {
				hasher.add(batch);
				probe.see(row);
			});
			const { byteCount } = await deps.frames.write(path, request.format, columns, frames);
			controls.signal.throwIfAborted();
			const content = hasher.finish();
			const result = {
				rowCount: content.rowCount,
				byteCount: BigInt(byteCount),
				contentHash: content.hash,
				provenance: provenanceOf(deps.engines, selection, request, data, layout, columns, content),
				comparison: null,
				leakage: await leakageOf(deps, probe, request, set, controls.signal),
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
			await labels.close();
			await rm(path, { force: true });
		}
	});
}

/** The training set is whole without it: what keeps it from being told is logged. */
async function leakageOf(
	deps: DrawDeps,
	probe: LeakageProbe,
	{ known }: TrainingRequest,
	{ run, logPositions }: TrainingSet,
	signal: AbortSignal,
): Promise<readonly LeakageFinding[] | null> {
	try {
		return await probe.findings(deps, known.kind !== "event", logPositions, signal);
	} catch (error) {
		signal.throwIfAborted();
		deps.logger.warn({ err: error, runId: run.id }, "A training set could not be looked at for leakage");
		return null;
	}
}

async function* arranged(
	layout: readonly LabelColumn[],
	{ batches }: LabelRows,
	signal: AbortSignal,
): AsyncGenerator<ColumnBatch> {
	let row = 0;
	for await (const batch of batches) {
		signal.throwIfAborted();
		yield arrangeLabels(layout, batch, row);
		row += batch.rowCount;
	}
}

/** The rows on their way to the file: hashed, and counted for those who watch. */
async function* watched(
	drawn: ReturnType<typeof draw>,
	labels: LabelFrame,
	run: Run,
	{ signal, checkpoint }: RunControls,
	see: (batch: ColumnBatch, drawn: DrawnBatch) => void,
): AsyncGenerator<ColumnBatch> {
	let rows = 0;
	let reported = performance.now();
	for await (const part of drawn) {
		const { labels: keys, features } = part;
		signal.throwIfAborted();
		const batch = { rowCount: keys.rowCount, columns: [...keys.columns, ...features.map(({ values }) => values)] };
		see(batch, part);
		yield batch;
		rows += keys.rowCount;
		if (performance.now() - reported < reportEveryMs) continue;
		reported = performance.now();
		await checkpoint({
			// The last part is the file's move to where it is served from.
			progress: Math.min(0.99, rows / Math.max(1, labels.rowCount)),
			rowsRead: BigInt(rows),
			rowsWritten: BigInt(rows),
			checkpoint: run.checkpoint,
		});
	}
	await checkpoint({ progress: 0.99, rowsRead: BigInt(rows), rowsWritten: BigInt(rows), checkpoint: run.checkpoint });
}

const noLongerKept = (): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", "A view version that the training set was asked of is no longer kept.", {
		hint: "Ask for the training set anew.",
	});
