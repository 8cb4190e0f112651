import type { ColumnBatch } from "../values/value.ts";
import type { Known, LabelFrame, LogPositions, Lookup, OfflineEngine, OfflineView } from "./offline-engine.ts";

/** One reading of a view for every label row. */
export interface JoinRead extends Lookup {
	readonly view: OfflineView;
}

/** A column of the result. `read` is an index into `reads`; `feature` one of that read's. */
export type JoinOutput =
	| { readonly kind: "label"; readonly column: string }
	| { readonly kind: "feature"; readonly read: number; readonly feature: string; readonly name: string }
	/** TIMESTAMP of the row that was read; null where no row was visible. */
	| { readonly kind: "eventTime"; readonly read: number; readonly name: string }
	/** STRING, of the row as a whole: PRESENT, NOT_FOUND or OUTSIDE_MAX_AGE. */
	| { readonly kind: "status"; readonly read: number; readonly name: string };

export interface JoinRequest {
	readonly reads: readonly JoinRead[];
	/** Features are null unless their read is PRESENT. */
	readonly outputs: readonly JoinOutput[];
	readonly known: Known;
	readonly positions: LogPositions | null;
	readonly signal: AbortSignal;
	/** Of the draw that this join is a part of; absent where it is one by itself. */
	readonly shared?: SharedRows;
	/** Told the share that is done, 0 to 1, now and then. */
	readonly onProgress?: (share: number) => Promise<void>;
	/** Told once, by read, when all of them have been answered. */
	readonly onFacts?: (facts: readonly ReadFacts[]) => void;
}

/** What was seen of one read while it was joined, of all label rows. */
export interface ReadFacts {
	/** Rows whose event time is the very instant of the label. */
	readonly sameInstant: bigint;
	/** Rows taken in after the label's time, or at a time that nobody knows; null where the view cannot tell. */
	readonly takenInLater: bigint | null;
}

/** How one scan of rows is going to be answered. */
export interface ScanPlan {
	/** The views that share the scan. */
	readonly views: readonly string[];
	/** Where labels and rows meet. */
	readonly engine: OfflineEngine["name"];
	/** By one pass over the rows, or by looking each label up. */
	readonly strategy: "AS_OF_JOIN" | "INDEX_LOOKUP";
	/** Why so, in words. */
	readonly reason: string;
	/** Features that are read. */
	readonly features: readonly string[];
	/** Of the source; null where nothing says. */
	readonly estimatedRows: number | null;
	/** Rows that are touched, of the source and of the labels: to be compared with other plans alone. Null where unknown. */
	readonly estimatedCost: number | null;
	/** In the order in which it runs; for ties and misses only where there are any. */
	readonly sql: readonly string[];
}

/**
 * What was computed, copied or found once for several joins, each over a stretch of the same labels, one after the other.
 * Close it when all are done.
 */
export interface SharedRows {
	close(): Promise<void>;
}

/** What a plan knows of the labels before they are read. */
export interface PlannedLabels {
	readonly timestampColumn: string;
	/** Null where they are not counted yet. */
	readonly rowCount: number | null;
	/** Absent where their times are not known yet. */
	readonly timeRange?: LabelFrame["timeRange"];
}

/**
 * Joins label rows with the rows of views, point-in-time correct, wherever the rows lie. One row per label, in label
 * order. Values stay in the engines: nothing passes through JavaScript unless it is asked for by `rows`.
 */
export interface FeatureJoin {
	/** Writes the result to a Parquet file (a temporary name, then renamed, so that a file that exists is whole). */
	write(labels: LabelFrame, request: JoinRequest, path: string): Promise<void>;
	/** The result in batches of plain values, in the order of the outputs. */
	rows(labels: LabelFrame, request: JoinRequest): AsyncIterable<ColumnBatch>;
	/** Lets the joins over stretches of these labels, of the same reads, have in common what need not be done for each. */
	share(labels: LabelFrame): SharedRows;
	/** What a join would do. Reads nothing but what describes the sources, and computes none of their rows. */
	explain(labels: PlannedLabels, request: Omit<JoinRequest, "outputs">): Promise<readonly ScanPlan[]>;
}
