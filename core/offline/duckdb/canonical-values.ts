/** Values of a file in the fixed-width form that is hashed: the same for the same value, whatever wrote the file. */
import type { ScalarType, ValueType } from "../../values/type.ts";

/** SQL of the canonical form of `column`, as it lies in a file of ours; zero for null. */
export function canonicalSql(column: string, type: ValueType): string {
	if (type.isArray) return digest(`coalesce(${elements(column, type.scalar)}, '')`, column);
	switch (type.scalar) {
		case "BOOL":
			return `CAST(coalesce(${column}, false) AS UTINYINT)`;
		case "INT32":
		case "INT64":
			return `coalesce(${column}, 0)`;
		case "DATE":
			return `coalesce(CAST(${column} - DATE '1970-01-01' AS INTEGER), 0)`;
		case "TIMESTAMP":
			return `coalesce(epoch_us(${column}), 0)`;
		case "FLOAT32":
			return float(column, "FLOAT");
		case "FLOAT64":
			return float(column, "DOUBLE");
		case "STRING":
		case "BYTES":
			return digest(column, column);
		case "JSON":
			return digest(`CAST(${column} AS VARCHAR)`, column);
	}
}

/** Every NaN is the same NaN; -0 is not 0. */
const float = (column: string, type: string): string =>
	`CASE WHEN isnan(${column}) THEN CAST('NaN' AS ${type}) ELSE coalesce(${column}, 0) END`;

const digest = (sql: string, column: string): string =>
	`CASE WHEN ${column} IS NULL THEN CAST(0 AS UHUGEINT) ELSE md5_number(${sql}) END`;

/** Each element as text behind its length, so that no two lists read alike. */
function elements(column: string, scalar: ScalarType): string {
	const one = valueText("x", scalar);
	return `list_aggregate(list_transform(${column}, lambda x: CASE WHEN x IS NULL THEN 'n' ELSE strlen(${one}) || ':' || ${one} END), 'string_agg', '')`;
}

/** SQL of the text of one value, no two values of one type having the same. */
export function valueText(x: string, scalar: ScalarType): string {
	switch (scalar) {
		case "BOOL":
			return `CASE WHEN ${x} THEN '1' ELSE '0' END`;
		case "INT32":
		case "INT64":
			return `CAST(${x} AS VARCHAR)`;
		case "DATE":
			return `CAST(CAST(${x} - DATE '1970-01-01' AS INTEGER) AS VARCHAR)`;
		case "TIMESTAMP":
			return `CAST(epoch_us(${x}) AS VARCHAR)`;
		case "FLOAT32":
			return `CASE WHEN isnan(${x}) THEN 'NaN' ELSE CAST(CAST(${x} AS BIT) AS VARCHAR) END`;
		case "FLOAT64":
			return `CASE WHEN isnan(${x}) THEN 'NaN' ELSE CAST(CAST(${x} AS BIT) AS VARCHAR) END`;
		case "STRING":
		case "JSON":
			return `CAST(${x} AS VARCHAR)`;
		case "BYTES":
			return `hex(${x})`;
	}
}
