/** Plain values between DuckDB's chunks and ours. Types: core/offline/duckdb/types.ts. */
import {
	BIGINT,
	BLOB,
	BOOLEAN,
	blobValue,
	DOUBLE,
	type DuckDBBlobValue,
	type DuckDBDataChunk,
	type DuckDBListValue,
	type DuckDBType,
	type DuckDBValue,
	FLOAT,
	INTEGER,
	LIST,
	listValue,
	VARCHAR,
} from "@duckdb/node-api";
import { canonicalJsonText } from "../../../core/values/canonical-json.ts";
import type { ScalarType, ValueType } from "../../../core/values/type.ts";
import type { ScalarValue, Value } from "../../../core/values/value.ts";
import "./whole-texts.ts";

const scalarTypes: Record<ScalarType, DuckDBType> = {
	BOOL: BOOLEAN,
	INT32: INTEGER,
	INT64: BIGINT,
	FLOAT32: FLOAT,
	FLOAT64: DOUBLE,
	STRING: VARCHAR,
	BYTES: BLOB,
	TIMESTAMP: BIGINT,
	DATE: INTEGER,
	JSON: VARCHAR,
};

export const chunkType = ({ scalar, isArray }: ValueType): DuckDBType =>
	isArray ? LIST(scalarTypes[scalar]) : scalarTypes[scalar];

/** Appends one column of a chunk to `into`. */
export function readColumn(chunk: DuckDBDataChunk, index: number, type: ValueType, into: Value[]): void {
	const vector = chunk.getColumnVector(index);
	const count = chunk.rowCount;
	const convert = type.isArray ? arrayOut(type.scalar) : scalarOut[type.scalar];
	if (convert === undefined) {
		for (let row = 0; row < count; row++) into.push(vector.getItem(row) as Value);
		return;
	}
	for (let row = 0; row < count; row++) {
		const item = vector.getItem(row);
		into.push(item === null ? null : convert(item));
	}
}

const scalarOut: Partial<Record<ScalarType, (value: DuckDBValue) => ScalarValue>> = {
	// The blob's bytes may be a view into memory that DuckDB takes back with the chunk.
	BYTES: (value) => new Uint8Array((value as DuckDBBlobValue).bytes),
	JSON: (value) => canonicalJsonText(value as string) ?? (value as string),
};

const arrayOut = (scalar: ScalarType): ((value: DuckDBValue) => Value) => {
	const convert = scalarOut[scalar];
	return (value) =>
		(value as DuckDBListValue).items.map((item) =>
			item === null || convert === undefined ? (item as ScalarValue | null) : convert(item),
		);
};

/** One column's values as the appender takes them. */
export function writeColumn(values: readonly Value[], { scalar, isArray }: ValueType): readonly DuckDBValue[] {
	if (isArray)
		return values.map((value) => (value === null ? null : listIn(value as readonly (ScalarValue | null)[], scalar)));
	return scalar === "BYTES"
		? values.map((value) => scalarIn(value as ScalarValue | null, scalar))
		: (values as DuckDBValue[]);
}

const scalarIn = (value: ScalarValue | null, scalar: ScalarType): DuckDBValue =>
	value !== null && scalar === "BYTES" ? blobValue(value as Uint8Array) : (value as DuckDBValue);

const listIn = (values: readonly (ScalarValue | null)[], scalar: ScalarType): DuckDBValue =>
	listValue(values.map((value) => scalarIn(value, scalar)));
