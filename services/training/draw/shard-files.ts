/** The files that a large training set has among the blobs, under its own folder, and whether they are as they were written. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type { RunStore } from "../../../core/ports/run-store.ts";
import { isFinal } from "../../../core/runs/run-state.ts";
import { trainingRequestOf } from "../training-request.ts";
import { manifestKey } from "../training-sets.ts";
import { type DrawCheckpoint, drawCheckpointOf } from "./draw-checkpoint.ts";
import { labelsKey, partKey, partName } from "./part-keys.ts";

export async function sha256Of(content: Readable): Promise<string> {
	const hash = createHash("sha256");
	await pipeline(content, hash);
	return hash.digest("hex");
}

export const fileSha256 = (path: string): Promise<string> =>
	sha256Of(createReadStream(path, { highWaterMark: readBytes }));

const readBytes = 1024 * 1024;

/** How many shards there are to be in all. */
export const shardCountOf = ({ labels, shardRows }: DrawCheckpoint): number => Math.ceil(labels.rowCount / shardRows);

/** What is whole of a draw that was begun: null where its label rows are not, otherwise with the shards up to the first broken one. */
export async function intactDraw(
	blobs: BlobStore,
	runId: string,
	begun: DrawCheckpoint,
): Promise<DrawCheckpoint | null> {
	if (!(await isIntact(blobs, labelsKey(runId), begun.labels.sha256))) return null;
	let intact = 0;
	for (const { sha256 } of begun.shards) {
		if (!(await isIntact(blobs, partKey(runId, intact, "PARQUET"), sha256))) break;
		intact += 1;
	}
	return { ...begun, shards: begun.shards.slice(0, intact), files: null };
}

const isIntact = async (blobs: BlobStore, key: string, sha256: string): Promise<boolean> =>
	(await blobs.stat(key)) !== null && (await sha256Of(await blobs.read(key))) === sha256;

/** Removes what a draw kept for another worker; all of it but the files of a result. */
export async function removeKept(
	blobs: BlobStore,
	runId: string,
	format: FileFormat,
	drawn: DrawCheckpoint,
	files: DrawCheckpoint["files"],
): Promise<void> {
	const result = new Set(files?.map(({ name }) => name));
	await blobs.remove(labelsKey(runId));
	if (files === null) await blobs.remove(manifestKey(runId));
	for (let index = 0; index < shardCountOf(drawn); index++) {
		for (const of of new Set<FileFormat>(["PARQUET", format])) {
			if (!result.has(partName(index, of))) await blobs.remove(partKey(runId, index, of));
		}
	}
}

/** To be called when a run may have ended: what it no longer needs goes. */
export async function removeOnceEnded(
	{ runs, blobs }: { readonly runs: RunStore; readonly blobs: BlobStore },
	runId: string,
): Promise<void> {
	const run = await runs.get(runId);
	if (run === null || !isFinal(run.state)) return;
	const drawn = drawCheckpointOf(run.checkpoint);
	if (drawn === null) return;
	const { format } = trainingRequestOf(run.request);
	await removeKept(blobs, runId, format, drawn, run.state === "SUCCEEDED" ? drawn.files : null);
}
