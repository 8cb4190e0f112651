import { deletedColumn, ingestedAtColumn, seqColumn } from "../../core/offline/view-columns.ts";
import type { LogDefinition } from "../../core/ports/offline-log.ts";
import { type Column, scalar } from "../../core/values/type.ts";
import type { ColumnBatch, Micros } from "../../core/values/value.ts";

/** Which rows of a log; all bounds inclusive, null for none. */
export interface LogBounds {
	readonly upToSeq: bigint | null;
	readonly eventFrom: Micros | null;
	readonly eventTo: Micros | null;
}

/** Streams the rows of a log for an engine that cannot reach them by SQL, in the columns of `logRowColumns`. */
export interface LogReader {
	read(log: LogDefinition, bounds: LogBounds, signal: AbortSignal): AsyncIterable<ColumnBatch>;
}

/** The log's own columns, then its sequence number, when each row was taken in, and whether it is a tombstone. */
export const logRowColumns = (log: LogDefinition): readonly Column[] => [
	...log.columns,
	{ name: seqColumn, type: scalar("INT64") },
	{ name: ingestedAtColumn, type: scalar("TIMESTAMP") },
	{ name: deletedColumn, type: scalar("BOOL") },
];
