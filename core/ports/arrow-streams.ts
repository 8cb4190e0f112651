import type { Column, ValueType } from "../values/type.ts";
import type { Value } from "../values/value.ts";

/** A column of a stream; its values are read when they are asked for. */
export interface ReceivedColumn {
	readonly type: ValueType;
	values(): readonly Value[];
}

/** A whole Arrow IPC stream, by columns. Columns of types that we lack are left out. */
export interface ReceivedRows {
	readonly rowCount: number;
	/** Of the stream. */
	readonly byteCount: number;
	readonly columns: ReadonlyMap<string, ReceivedColumn>;
	/** What was left out, with the name of its type; null where a column has nulls alone. */
	readonly leftOut: ReadonlyMap<string, string | null>;
}

export interface SentColumn extends Column {
	readonly values: readonly Value[];
}

/** Small tables as Arrow IPC streams, in memory. */
export interface ArrowStreams {
	/** BAD_USER_INPUT for what is no such stream, LIMIT_EXCEEDED for more rows than `mostRows`. */
	read(bytes: Uint8Array, mostRows: number): ReceivedRows;
	/** One record batch; `metadata` goes into the schema. */
	write(columns: readonly SentColumn[], rowCount: number, metadata: Readonly<Record<string, string>>): Uint8Array;
}
