import type { FileFormat } from "../../../core/ports/offline-engine.ts";
import type { ContentHash } from "../../../core/training/content-hash.ts";
import { type Column, formatValueType } from "../../../core/values/type.ts";
import type { ResultFile } from "./draw-checkpoint.ts";

/** What `manifest.json` says of a training set in several files. */
export interface Manifest {
	readonly trainingSet: string;
	readonly format: FileFormat;
	readonly rowCount: number;
	/** Of all files. */
	readonly byteCount: number;
	/** Of the rows of all files. */
	readonly contentHash: string;
	readonly columns: readonly { readonly name: string; readonly type: string }[];
	/** In the order of their rows; names are relative to the manifest's address. */
	readonly files: readonly ResultFile[];
}

export const manifestOf = (set: {
	readonly id: string;
	readonly format: FileFormat;
	readonly columns: readonly Column[];
	readonly byteCount: bigint;
	readonly content: Pick<ContentHash, "hash" | "rowCount">;
	readonly files: readonly ResultFile[];
}): Manifest => ({
	trainingSet: set.id,
	format: set.format,
	rowCount: Number(set.content.rowCount),
	byteCount: Number(set.byteCount),
	contentHash: set.content.hash,
	columns: set.columns.map(({ name, type }) => ({ name, type: formatValueType(type) })),
	files: set.files,
});
