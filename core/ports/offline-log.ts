import type { Column } from "../values/type.ts";
import type { Micros, Value } from "../values/value.ts";

/** Rows pushed into a push source, or into a view whose source is none. */
export interface LogDefinition {
	/** `source_12` or `view_7`: also the name of the table behind it. */
	readonly id: string;
	readonly columns: readonly Column[];
	/** Column that holds the event time; never null in the log. */
	readonly eventTime: string;
	/** Join-key columns and event time, in the order of the index. */
	readonly index: readonly string[];
}

export interface LogRow {
	/** In the order of the log's columns. */
	readonly values: readonly Value[];
	/** A tombstone: the entity's values end at its event time. Columns that are neither key nor time are null. */
	readonly deleted: boolean;
}

/** Where appended rows came to lie. */
export interface LogPosition {
	readonly firstSeq: bigint;
	readonly lastSeq: bigint;
	readonly ingestedAt: Micros;
}

/**
 * What the offline log hands to the online side in the very transaction of the append, so that an
 * acknowledged row reaches the online store even when the process dies in between.
 */
export interface OnlineHandover {
	readonly id: bigint;
	readonly log: string;
	readonly firstSeq: bigint;
	readonly lastSeq: bigint;
	/** Rows with a later available time wait until then. */
	readonly dueAt: Micros;
}

export interface AppendOptions {
	/** Whether the rows are handed over to the online side. */
	readonly online: boolean;
	/** By row; null: at once. */
	readonly dueAt: readonly (Micros | null)[];
}

export interface AppendedRows extends LogPosition {
	readonly handovers: readonly OnlineHandover[];
}

/** Positions in the columns of a log. */
export interface PartialColumns {
	readonly keys: readonly number[];
	/** Those that a row may leave out. */
	readonly features: readonly number[];
	/** What orders the rows of one key, before their sequence numbers: event time, created time, tie-break columns. */
	readonly order: readonly number[];
}

/** Rows that may leave features out (`partial: true`). */
export interface PartialAppend {
	readonly columns: PartialColumns;
	/** By row: positions of the features that it leaves out. */
	readonly omitted: readonly (readonly number[])[];
	/** When a row that is written once more, corrected, may be seen; null: at once. */
	readonly dueAt: (row: LogRow) => Micros | null;
}

export interface PushAppend extends AppendOptions {
	/** A UUID; rows of a push of the same one are appended once in 24 hours. Null: however often. */
	readonly pushId: string | null;
	/** Null: rows are whole. */
	readonly partial: PartialAppend | null;
}

export interface AppendedPush extends AppendedRows {
	/** Rows behind which others of their key were corrected. The corrected ones follow the rows of the push. */
	readonly correcting: ReadonlySet<number>;
}

export interface StoredLogRow extends LogRow {
	readonly seq: bigint;
	readonly ingestedAt: Micros;
}

/** Append-only logs of pushed rows. */
export interface OfflineLog {
	/** Creates the log, or adds the columns that it lacks. Idempotent. */
	ensure(log: LogDefinition): Promise<void>;
	/**
	 * Appends in one transaction and returns once it has committed, with the handovers it left (one per due time;
	 * none when `online` is false). `dueAt` is per row, null for at once. Sequence numbers follow the order of `rows`.
	 */
	append(log: LogDefinition, rows: readonly LogRow[], options: AppendOptions): Promise<AppendedRows>;
	/**
	 * Appends like `append`, the rows of partial views filled up with what their keys had. Null: a push of this id was
	 * appended before. LIMIT_EXCEEDED where too many rows lie behind a late one.
	 */
	appendPush(log: LogDefinition, rows: readonly LogRow[], options: PushAppend): Promise<AppendedPush | null>;
	/**
	 * Appends like `append`, but a batch of one run and number at most once, whoever tries and however often. Null: it was
	 * appended before; its handovers are among those that are due.
	 */
	appendOnce(
		batch: { readonly runId: string; readonly number: number },
		log: LogDefinition,
		rows: readonly LogRow[],
		options: AppendOptions,
	): Promise<AppendedRows | null>;
	/** Handovers that are due at `now`, oldest first, at most `limit`. */
	due(now: Micros, limit: number): Promise<OnlineHandover[]>;
	/** When the next one that is not due yet will be. */
	nextDue(now: Micros): Promise<Micros | null>;
	/** The rows of a handover. */
	rowsOf(log: LogDefinition, handover: OnlineHandover): Promise<StoredLogRow[]>;
	/** Forgets handovers whose rows are online. */
	settle(ids: readonly bigint[]): Promise<void>;
	/** The last sequence number that is committed in each log; 0n for an empty one. */
	positions(logs: readonly string[]): Promise<ReadonlyMap<string, bigint>>;
}
