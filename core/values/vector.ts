/** Columns of many rows as they lie in memory: no object for each value. */
import type { ScalarType, ValueType } from "./type.ts";
import type { ColumnBatch, Value } from "./value.ts";

/** Values of a fixed width, in the machine's byte order: BOOL as 0 or 1, TIMESTAMP in microseconds, DATE in days. */
export type FixedItems = Uint8Array | Int32Array | BigInt64Array | Float32Array | Float64Array;

export interface FixedVector {
	readonly items: FixedItems;
	/** By row, 1 where the value is null, whatever its item is; absent: none is. */
	readonly nulls: Uint8Array | null;
}

/** One column: fixed where its type allows and its engine can, else plain values. */
export type Vector = FixedVector | readonly Value[];

/** Rows as `ColumnBatch` holds them, of vectors. Every `ColumnBatch` is one. */
export interface VectorBatch {
	readonly rowCount: number;
	readonly columns: readonly Vector[];
}

export const isFixed = (vector: Vector): vector is FixedVector => "items" in vector;

/** An empty array for so many values of a type; null for a type without a fixed width. */
export function fixedItems({ scalar, isArray }: ValueType, count: number): FixedItems | null {
	return isArray ? null : (makers[scalar]?.(count) ?? null);
}

const makers: Partial<Record<ScalarType, (count: number) => FixedItems>> = {
	BOOL: (count) => new Uint8Array(count),
	INT32: (count) => new Int32Array(count),
	DATE: (count) => new Int32Array(count),
	INT64: (count) => new BigInt64Array(count),
	TIMESTAMP: (count) => new BigInt64Array(count),
	FLOAT32: (count) => new Float32Array(count),
	FLOAT64: (count) => new Float64Array(count),
};

/** The value of a row. */
export function valueAt(vector: Vector | undefined, row: number): Value {
	if (vector === undefined) return null;
	if (!isFixed(vector)) return vector[row] ?? null;
	const { items, nulls } = vector;
	if (row >= items.length || nulls?.[row] === 1) return null;
	const item = items[row] as number | bigint;
	return items instanceof Uint8Array ? item === 1 : item;
}

/** The same rows with an object for each value. */
export function plainBatch({ rowCount, columns }: VectorBatch): ColumnBatch {
	return {
		rowCount,
		columns: columns.map((vector) =>
			isFixed(vector) ? Array.from({ length: rowCount }, (_, row) => valueAt(vector, row)) : vector,
		),
	};
}
