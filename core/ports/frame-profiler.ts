import type { Association } from "../training/association.ts";
import type { Column } from "../values/type.ts";

/** What one column holds. */
export interface ColumnProfile {
	readonly name: string;
	/** Of numbers (finite ones) and times, as FeatureValue JSON, over all rows; null where there are none. */
	readonly min: unknown;
	readonly max: unknown;
	/** Of finite numbers, and of booleans the share that is true; over all rows. */
	readonly mean: number | null;
	/** Different values among the rows that were sampled; null for lists and JSON. */
	readonly distinctCount: number | null;
	/** The most frequent ones of these rows, where values repeat. */
	readonly topValues: readonly { readonly value: unknown; readonly count: number }[];
}

export interface FrameProfile {
	/** Rows that values were counted in: all of them where there are few, else an even share. */
	readonly sampledRows: number;
	/** In their order. */
	readonly columns: readonly ColumnProfile[];
}

export interface ProfileRequest {
	/** Of files that `FrameFiles` or a join has written. */
	readonly columns: readonly Column[];
	readonly rowCount: bigint;
	/** Columns whose association is wanted, each of the one with each of the other. */
	readonly features: readonly string[];
	readonly labels: readonly string[];
	readonly signal: AbortSignal;
}

/** Looks at the rows of Parquet files of ours: once at all of them, otherwise at a sample that is the same each time. */
export interface FrameProfiler {
	profile(
		paths: readonly string[],
		request: ProfileRequest,
	): Promise<{ readonly profile: FrameProfile; readonly associations: readonly Association[] }>;
}
