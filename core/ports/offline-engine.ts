import type { AvailableTime, SourceOrigin } from "../definitions/model.ts";
import type { ContentHash } from "../training/content-hash.ts";
import type { Column } from "../values/type.ts";
import type { ColumnBatch, Micros } from "../values/value.ts";
import type { VectorBatch } from "../values/vector.ts";
import type { LogDefinition } from "./offline-log.ts";

/** A relation to read rows from: an origin, and the SQL steps over it, innermost first. */
export interface Relation {
	/** Never `{kind: "source"}`: derived sources have been unfolded into `steps`. */
	readonly origin: Exclude<SourceOrigin, { kind: "source" }>;
	/** Each reads `source`, and `name`, which mean the step before (the origin, for the first). Errors name the `owner`, if any. */
	readonly steps: readonly { readonly name: string; readonly sql: string; readonly owner?: string }[];
	/** Declared columns of the origin, where it declares any. */
	readonly columns: readonly Column[] | null;
	/** The log of a push source; null for the others. */
	readonly log: LogDefinition | null;
}

/** The rows of one view version: what the engines read. */
export interface OfflineView {
	readonly name: string;
	readonly joinKeys: readonly Column[];
	readonly features: readonly Column[];
	/** The source, its query, and the view's transformation. */
	readonly relation: Relation;
	readonly eventTime: string;
	readonly createdTime: string | null;
	readonly availableTime: AvailableTime | null;
	readonly tieBreak: readonly string[];
	readonly ttlMicros: Micros | null;
	/** Rows pushed into the view itself (columns: keys, features, the time columns); null where it has none. */
	readonly log: LogDefinition | null;
}

/** What may be known (rule 4). */
export type Known =
	| { readonly kind: "event" }
	| { readonly kind: "atLabelTime" }
	| { readonly kind: "at"; readonly at: Micros };

/** Rows at or before these sequence numbers only, per log id: how a training set is drawn again. */
export type LogPositions = ReadonlyMap<string, bigint>;

/**
 * The label rows of one request, spooled once and read by every view. Row ids are 0, 1, 2 … in the order of the labels.
 * Made by `LabelSpool`; closed by whoever made it.
 */
export interface LabelFrame {
	/** All columns of the label rows, the timestamp among them. */
	readonly columns: readonly Column[];
	readonly rowCount: number;
	/** Which of all label rows its row 0 is: another one than the first where it is a stretch of them. */
	readonly firstRow: number;
	readonly timestampColumn: string;
	/** The named columns in label order, in batches of bounded size. */
	read(columns: readonly string[]): AsyncIterable<ColumnBatch>;
	/** Least and greatest timestamp; null when there is none. */
	readonly timeRange: { readonly min: Micros; readonly max: Micros } | null;
	/** A Parquet file of all columns in label order, as plain values (TIMESTAMP as BIGINT microseconds, DATE as INTEGER days). */
	readonly path: string;
	close(): Promise<void>;
}

/** One reading of a view's rows: by which columns of the labels, and what of them. */
export interface Lookup {
	/** Label column of each join key, in the order of `view.joinKeys`. */
	readonly keyColumns: readonly string[];
	/** The features wanted, a subset of the view's. */
	readonly features: readonly string[];
}

export interface LatestRequest {
	readonly view: OfflineView;
	/**
	 * Rows that became known in (from, to]: by available time where there is one, by ingested or created time
	 * where there is one, else by event time. Null `from`: all up to `to`. A row not available by `to` is left out.
	 */
	readonly from: Micros | null;
	readonly to: Micros;
	/** Further bounds on the event time, both inclusive, of a materialization over a range. */
	readonly eventRange: { readonly start: Micros; readonly end: Micros } | null;
	/** Resume behind this key (values of the join keys in order). */
	readonly afterKey: readonly unknown[] | null;
	readonly signal: AbortSignal;
}

/**
 * The newest row (rule 3) of each key that has a row in the range, ordered by key: join keys, features, then
 * `__event_time`, `__created_time` (null where none), the tie-break columns, `__seq` (INT64, null for rows of files and
 * tables) and `__deleted` (BOOL).
 */
export type LatestRows = AsyncIterable<VectorBatch>;

/** Reads rows where they lie. One conformance suite holds all engines: `test/conformance/offline`. */
export interface OfflineEngine {
	readonly name: "duckdb" | "postgres";
	/** Whether it can read this relation. */
	reads(relation: Relation): boolean;
	/** The columns of `latest` rows: their names and types. Looks at the relation, since tie-break columns are not declared. */
	latestColumns(view: OfflineView): Promise<readonly Column[]>;
	latest(request: LatestRequest): LatestRows;
	/** Greatest event time and row count of a view; for freshness. Null time when it has no row. */
	newest(
		view: OfflineView,
		now: Micros,
	): Promise<{ readonly eventTime: Micros | null; readonly knownAt: Micros | null }>;
	/** The columns of a relation as the engine sees them. A column of a type that we lack is left out. Unreadable: SOURCE_FAILED or UNREADABLE_FILE. */
	describe(relation: Relation): Promise<readonly Column[]>;
	/**
	 * All rows of a relation as labels are read: the columns of `describe`. `positions`: rows of a log up to there alone,
	 * which makes the rows of a push source the same whenever they are read.
	 */
	scan(
		relation: Relation,
		signal: AbortSignal,
		positions?: LogPositions | null,
	): { readonly columns: Promise<readonly Column[]>; readonly batches: AsyncIterable<ColumnBatch> };
	/** SHA-256 (hex) that changes when the relation's data may have: file size, time and content; null where it cannot be told. */
	fingerprint(relation: Relation): Promise<string | null>;
}

/** Rows that lie in a file or behind an engine. */
export type FrameSource =
	| { readonly kind: "file"; readonly path: string; readonly format: FileFormat }
	/** `positions`: rows of a log up to there alone; absent: all. */
	| { readonly kind: "relation"; readonly relation: Relation; readonly positions?: LogPositions };

/** Takes label rows in once, in bounded memory. */
export interface LabelSpool {
	/**
	 * Takes rows in as they are, without their values passing through JavaScript: the named columns, in that order. Null
	 * where that cannot be done: another engine reads them, or a column is not of the given type already.
	 */
	copy(
		source: FrameSource,
		columns: readonly Column[],
		timestampColumn: string,
		signal: AbortSignal,
	): Promise<LabelFrame | null>;
	write(
		columns: readonly Column[],
		timestampColumn: string,
		batches: AsyncIterable<ColumnBatch> | Iterable<ColumnBatch>,
	): Promise<LabelFrame>;
	/** A frame over the file of an earlier one, which was kept; closing it leaves the file. */
	open(kept: KeptFrame): LabelFrame;
	/** `rowCount` rows of a frame from its row `first` on, as a frame of its own. */
	slice(frame: LabelFrame, first: number, rowCount: number, signal: AbortSignal): Promise<LabelFrame>;
}

/** What makes a frame of a file. */
export type KeptFrame = Pick<LabelFrame, "path" | "columns" | "rowCount" | "timestampColumn" | "timeRange">;

export type FileFormat = "PARQUET" | "ARROW" | "CSV" | "NDJSON";

/** Writes frames to files, and reads uploaded files, in bounded memory. */
export interface FrameFiles {
	/** Writes to `path` (a temporary name, then renamed, so that a file that exists is whole); bytes written. */
	write(
		path: string,
		format: FileFormat,
		columns: readonly Column[],
		batches: AsyncIterable<ColumnBatch>,
	): Promise<{ readonly byteCount: number }>;
	/** The content hash of the rows of Parquet files that `write` or a join has written, one after the other. */
	hash(paths: readonly string[], columns: readonly Column[], signal: AbortSignal): Promise<ContentHash>;
	/**
	 * Parquet files of the same columns as one, in that order: their row groups are taken over as they are. To `path` (a
	 * temporary name, then renamed).
	 */
	concatenate(paths: readonly string[], path: string, signal: AbortSignal): Promise<void>;
	/** How many rows a file says that it has; null for a format that does not say. */
	rowCount(path: string, format: FileFormat): Promise<number | null>;
	/** The columns of a file and its rows. Unreadable: UNREADABLE_FILE, with what is wrong. */
	read(
		path: string,
		format: FileFormat,
		signal: AbortSignal,
	): Promise<{ readonly columns: readonly Column[]; readonly batches: AsyncIterable<ColumnBatch> }>;
}
