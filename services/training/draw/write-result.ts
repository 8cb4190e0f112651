/** The files of a training set as they are downloaded: one, or above a size several with a manifest. */
import { rename, stat, writeFile } from "node:fs/promises";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { FileFormat, FrameFiles } from "../../../core/ports/offline-engine.ts";
import type { ContentHash } from "../../../core/training/content-hash.ts";
import type { Column } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import { manifestKey, trainingSetKey } from "../training-sets.ts";
import type { ResultFile } from "./draw-checkpoint.ts";
import type { DrawLimits } from "./draw-limits.ts";
import type { DrawnRows } from "./draw-rows.ts";
import { manifestOf } from "./manifest.ts";
import { partKey, partName } from "./part-keys.ts";
import { fileSha256 } from "./shard-files.ts";

export interface ResultDeps {
	readonly frames: FrameFiles;
	readonly blobs: BlobStore;
	readonly drawLimits: DrawLimits;
}

export interface ResultRequest {
	readonly id: string;
	readonly format: FileFormat;
	readonly columns: readonly Column[];
	/** A path on this machine for what is not in its place yet. */
	readonly path: string;
	readonly signal: AbortSignal;
}

/** The rows in the format that was asked for. */
export interface ShapedRows {
	/** On this machine. */
	readonly paths: readonly string[];
	readonly byteCount: bigint;
	/** Null: it is one file. */
	readonly files: readonly ResultFile[] | null;
}

export async function shapeRows(deps: ResultDeps, drawn: DrawnRows, request: ResultRequest): Promise<ShapedRows> {
	const shards = drawn.checkpoint?.shards ?? [];
	const shardBytes = shards.reduce((sum, { byteCount }) => sum + byteCount, 0);
	if (shards.length > 1 && shardBytes > deps.drawLimits.fileBytes) return shapeParts(deps, drawn, request);
	const { format, columns, path, signal } = request;
	const paths = drawn.files.map((file) => file.path);
	const [first] = paths;
	if (format !== "PARQUET") await deps.frames.write(path, format, columns, rowsOf(deps.frames, paths, signal));
	else if (paths.length === 1 && first !== undefined && drawn.checkpoint === null) await rename(first, path);
	else await deps.frames.concatenate(paths, path, signal);
	return { paths: [path], byteCount: BigInt((await stat(path)).size), files: null };
}

/** Shards in Parquet are in their places already. */
async function shapeParts(
	{ frames, blobs }: ResultDeps,
	{ files: drawn, checkpoint }: DrawnRows,
	{ id, format, columns, path, signal }: ResultRequest,
): Promise<ShapedRows> {
	const files: ResultFile[] = [];
	const paths: string[] = [];
	for (const [index, rows] of drawn.entries()) {
		signal.throwIfAborted();
		const key = partKey(id, index, format);
		const named = { name: partName(index, format), rowCount: rows.rowCount };
		const shard = checkpoint?.shards[index];
		if (format === "PARQUET" && shard !== undefined) {
			files.push({ ...named, byteCount: shard.byteCount, sha256: shard.sha256 });
		} else {
			const { byteCount } = await frames.write(path, format, columns, rowsOf(frames, [rows.path], signal));
			files.push({ ...named, byteCount, sha256: await fileSha256(path) });
			await blobs.put(key, path);
		}
		paths.push(await blobs.localPath(key));
	}
	return { paths, byteCount: BigInt(files.reduce((sum, { byteCount }) => sum + byteCount, 0)), files };
}

/** The rows of Parquet files of the same columns, one after the other. */
async function* rowsOf(frames: FrameFiles, paths: readonly string[], signal: AbortSignal): AsyncGenerator<ColumnBatch> {
	for (const path of paths) yield* (await frames.read(path, "PARQUET", signal)).batches;
}

/** Puts the result in its place: the manifest of parts last, so that what it names is there. */
export async function publish(
	{ blobs }: ResultDeps,
	{ paths: [path = ""], byteCount, files }: ShapedRows,
	{ id, format, columns, path: scratch }: ResultRequest,
	content: Pick<ContentHash, "hash" | "rowCount">,
): Promise<void> {
	if (files === null) return blobs.put(trainingSetKey(id, format), path);
	const manifest = manifestOf({ id, format, columns, byteCount, content, files });
	await writeFile(scratch, `${JSON.stringify(manifest, null, "\t")}\n`);
	await blobs.put(manifestKey(id), scratch);
}
