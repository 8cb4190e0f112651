/**
 * One value inside the system, whatever store it came from:
 *
 * | type            | held as                                                       |
 * |-----------------|---------------------------------------------------------------|
 * | BOOL            | boolean                                                       |
 * | INT32           | number                                                        |
 * | INT64           | bigint                                                        |
 * | FLOAT32/FLOAT64 | number (NaN, infinities and -0 kept; FLOAT32 rounded)         |
 * | STRING          | string                                                        |
 * | BYTES           | Uint8Array                                                    |
 * | TIMESTAMP       | bigint, microseconds since 1970 UTC                           |
 * | DATE            | number, days since 1970                                       |
 * | JSON            | string, its canonical text (sorted keys, no white space)      |
 * | array<T>        | readonly array of T, elements may be null                     |
 * | any             | null                                                          |
 */
export type ScalarValue = boolean | number | bigint | string | Uint8Array;
export type Value = ScalarValue | readonly (ScalarValue | null)[] | null;

/** Rows held column by column: `columns[c][r]`. The columns' names and types travel beside it, once. */
export interface ColumnBatch {
	readonly rowCount: number;
	readonly columns: readonly (readonly Value[])[];
}

/** Microseconds since 1970-01-01T00:00:00Z: the precision of every time in the system. */
export type Micros = bigint;
