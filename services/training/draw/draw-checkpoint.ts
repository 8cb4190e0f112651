/**
 * How far the draw of a large training set came, as its run's row stores it. Its label rows and its finished shards lie among
 * the blobs under the run's id, each with its SHA-256 here: a worker that takes the run up again draws the others alone.
 */
import type { Json } from "../../../core/ports/run-store.ts";
import type { LabelField } from "../../../core/training/label-layout.ts";
import type { DataBefore } from "../provenance/provenance.ts";

export interface DrawCheckpoint {
	readonly labels: KeptLabels;
	/** The state of the data before the first row was read, as text: rows of another one do not go with these. */
	readonly data: string;
	readonly shardRows: number;
	/** The finished ones, from the first on. */
	readonly shards: readonly FinishedShard[];
	/** The files of the result where it stays in several. */
	readonly files: readonly ResultFile[] | null;
}

export interface KeptLabels {
	readonly columns: readonly LabelField[];
	readonly rowCount: number;
	readonly timeRange: { readonly min: string; readonly max: string } | null;
	readonly sha256: string;
}

export interface FinishedShard {
	readonly byteCount: number;
	readonly sha256: string;
	/** By read: rows of the very instant of their label, and rows taken in later. */
	readonly facts: readonly (readonly [sameInstant: string, takenInLater: string | null])[];
}

export interface ResultFile {
	readonly name: string;
	readonly rowCount: number;
	readonly byteCount: number;
	readonly sha256: string;
}

/** Null: nothing has been recorded. Written by draws alone: what a row holds has this shape. */
export const drawCheckpointOf = (json: Json): DrawCheckpoint | null => json as unknown as DrawCheckpoint | null;

export const freezeData = ({ ofView, ofLabels }: DataBefore): string => JSON.stringify([[...ofView], ofLabels]);
