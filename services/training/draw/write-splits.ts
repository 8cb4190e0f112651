/** The parts of a training set, each as a file of its own beside the whole. */
import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { BlobStore } from "../../../core/ports/blob-store.ts";
import type { FrameParts } from "../../../core/ports/frame-parts.ts";
import type { FileFormat, FrameFiles } from "../../../core/ports/offline-engine.ts";
import type { TrainingSetSplits } from "../../../core/ports/training-store.ts";
import { partNames, type SplitDefinition } from "../../../core/training/splits.ts";
import type { Column } from "../../../core/values/type.ts";
import { splitKey } from "../training-sets.ts";

interface SplitDeps {
	readonly parts: FrameParts;
	readonly frames: FrameFiles;
	readonly blobs: BlobStore;
	readonly scratchFolder: string;
}

interface SplitRequest {
	readonly id: string;
	readonly format: FileFormat;
	readonly definition: SplitDefinition;
	readonly columns: readonly Column[];
	readonly timestampColumn: string;
	readonly signal: AbortSignal;
}

/** `paths`: Parquet files of all rows. Each part is put among the blobs as soon as it is whole. */
export async function writeSplits(
	{ parts, frames, blobs, scratchFolder }: SplitDeps,
	paths: readonly string[],
	{ id, format, definition, columns, timestampColumn, signal }: SplitRequest,
): Promise<TrainingSetSplits> {
	const written: TrainingSetSplits["parts"][number][] = [];
	const rowsPath = join(scratchFolder, `${id}.part.parquet`);
	const shapedPath = join(scratchFolder, `${id}.part.shaped`);
	try {
		for (const [part, name] of partNames(definition).entries()) {
			const rowCount = await parts.write(paths, { columns, timestampColumn }, definition, part, rowsPath, signal);
			if (format !== "PARQUET") {
				const { batches } = await frames.read(rowsPath, "PARQUET", signal);
				await frames.write(shapedPath, format, columns, batches);
			}
			const path = format === "PARQUET" ? rowsPath : shapedPath;
			const byteCount = (await stat(path)).size;
			await blobs.put(splitKey(id, name, format), path);
			written.push({ name, rowCount: String(rowCount), byteCount: String(byteCount) });
		}
	} finally {
		await rm(rowsPath, { force: true });
		await rm(shapedPath, { force: true });
	}
	return { definition, parts: written };
}
