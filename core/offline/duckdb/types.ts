/**
 * DuckDB's types and ours. Inside our own tables and results values travel in the plainest type that holds them:
 * a TIMESTAMP as BIGINT microseconds, a DATE as INTEGER days, JSON as VARCHAR; the others as themselves.
 */
import type { ScalarType, ValueType } from "../../values/type.ts";
import { text } from "./sql-text.ts";

const plainTypes: Record<ScalarType, string> = {
	BOOL: "BOOLEAN",
	INT32: "INTEGER",
	INT64: "BIGINT",
	FLOAT32: "FLOAT",
	FLOAT64: "DOUBLE",
	STRING: "VARCHAR",
	BYTES: "BLOB",
	TIMESTAMP: "BIGINT",
	DATE: "INTEGER",
	JSON: "VARCHAR",
};

const plainZeros: Record<ScalarType, string> = {
	BOOL: "false",
	INT32: "0",
	INT64: "0",
	FLOAT32: "0",
	FLOAT64: "0",
	STRING: "''",
	BYTES: "''",
	TIMESTAMP: "0",
	DATE: "0",
	JSON: "''",
};

/** The DuckDB type that a value of ours has inside our tables. */
export const plainType = (type: ValueType): string => plainTypes[type.scalar] + (type.isArray ? "[]" : "");

/** Some value of the plain type of a scalar: stands in for a null beside a flag that says so. */
export const zeroOf = (type: ScalarType): string => `CAST(${plainZeros[type]} AS ${plainTypes[type]})`;

const scalarOf: Readonly<Record<string, ScalarType>> = {
	BOOLEAN: "BOOL",
	TINYINT: "INT32",
	SMALLINT: "INT32",
	INTEGER: "INT32",
	UTINYINT: "INT32",
	USMALLINT: "INT32",
	UINTEGER: "INT64",
	BIGINT: "INT64",
	FLOAT: "FLOAT32",
	DOUBLE: "FLOAT64",
	VARCHAR: "STRING",
	UUID: "STRING",
	BLOB: "BYTES",
	TIMESTAMP: "TIMESTAMP",
	TIMESTAMP_S: "TIMESTAMP",
	TIMESTAMP_MS: "TIMESTAMP",
	TIMESTAMP_NS: "TIMESTAMP",
	"TIMESTAMP WITH TIME ZONE": "TIMESTAMP",
	DATE: "DATE",
	JSON: "JSON",
};

const listSuffix = /\[\d*\]$/;

/** Our type of a DuckDB column, as DESCRIBE spells its type. Null for one that we lack (DECIMAL, HUGEINT, STRUCT …). */
export function valueTypeOf(duckdbType: string): ValueType | null {
	const isArray = listSuffix.test(duckdbType);
	const element = isArray ? duckdbType.replace(listSuffix, "") : duckdbType;
	const scalar = element.startsWith("ENUM(") ? "STRING" : scalarOf[element];
	if (scalar === undefined || (isArray && scalar === "JSON")) return null;
	return { scalar, isArray };
}

/**
 * SQL for the column `sql` of `duckdbType` as a plain value of type `to`: exact, or an error of the query when a row
 * cannot be converted. Undefined when the types do not go together.
 */
export function toPlain(sql: string, duckdbType: string, to: ValueType): string | undefined {
	if (!to.isArray) return scalarToPlain(sql, duckdbType, to.scalar);
	if (!listSuffix.test(duckdbType)) return undefined;
	const element = scalarToPlain("e", duckdbType.replace(listSuffix, ""), to.scalar);
	return element && `list_transform(CAST(${sql} AS ${duckdbType.replace(listSuffix, "[]")}), lambda e: ${element})`;
}

const integers = new Set(["TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER", "BIGINT", "UBIGINT"]);
const wideIntegers = new Set([...integers, "HUGEINT", "UHUGEINT"]);
const smallIntegers = new Set(["TINYINT", "SMALLINT", "INTEGER", "UTINYINT", "USMALLINT", "UINTEGER"]);

function scalarToPlain(sql: string, from: string, to: ScalarType): string | undefined {
	switch (to) {
		case "INT32":
		case "INT64": {
			// CAST refuses what does not fit.
			const type = plainTypes[to];
			if (wideIntegers.has(from)) return from === type ? sql : `CAST(${sql} AS ${type})`;
			if (from === "DOUBLE" || from === "FLOAT") return exactly(sql, type, `${sql} = trunc(${sql})`, to);
			return undefined;
		}
		case "FLOAT64":
			if (from === "DOUBLE") return sql;
			if (from === "FLOAT" || smallIntegers.has(from)) return `CAST(${sql} AS DOUBLE)`;
			if (wideIntegers.has(from)) return exactly(sql, "DOUBLE", `CAST(CAST(${sql} AS DOUBLE) AS HUGEINT) = ${sql}`, to);
			return undefined;
		case "FLOAT32":
			if (from === "FLOAT") return sql;
			// Declared FLOAT32 means rounded to the nearest.
			return from === "DOUBLE" ? `CAST(${sql} AS FLOAT)` : undefined;
		case "TIMESTAMP":
			// A cast of an instant to a naive time would ask the calendar of the session's zone, at ten times the cost.
			if (from === "TIMESTAMP" || from === "TIMESTAMP WITH TIME ZONE") return `epoch_us(${sql})`;
			// Flooring, also before 1970.
			if (from === "TIMESTAMP_NS") {
				const nanos = `epoch_ns(${sql})`;
				return `((${nanos} - ((${nanos} % 1000) + 1000) % 1000) // 1000)`;
			}
			if (scalarOf[from] === "TIMESTAMP" || from === "DATE") return `epoch_us(CAST(${sql} AS TIMESTAMP))`;
			return undefined;
		case "DATE":
			return from === "DATE" ? `CAST(${sql} - DATE '1970-01-01' AS INTEGER)` : undefined;
		case "STRING":
			if (from === "VARCHAR") return sql;
			return from === "UUID" || from.startsWith("ENUM(") ? `CAST(${sql} AS VARCHAR)` : undefined;
		case "JSON":
			return from === "JSON" || from === "VARCHAR" ? `CAST(${sql} AS VARCHAR)` : undefined;
		default:
			return from === plainTypes[to] ? sql : undefined;
	}
}

const exactly = (sql: string, type: string, condition: string, to: ScalarType): string =>
	`CASE WHEN ${sql} IS NULL THEN NULL WHEN ${condition} THEN CAST(${sql} AS ${type}) ` +
	`ELSE error(${text(`a value is not exactly of type ${to.toLowerCase()}: `)} || CAST(${sql} AS VARCHAR)) END`;

const fileTypes: Record<ScalarType, string> = { ...plainTypes, TIMESTAMP: "TIMESTAMPTZ", DATE: "DATE", JSON: "JSON" };

/** SQL for the plain value `sql` as other programs expect it in a file. */
export function fromPlain(sql: string, type: ValueType): string {
	if (!(type.scalar in outward)) return sql;
	const convert = outward[type.scalar] as (sql: string) => string;
	return type.isArray ? `list_transform(${sql}, lambda e: ${convert("e")})` : convert(sql);
}

const outward: Partial<Record<ScalarType, (sql: string) => string>> = {
	TIMESTAMP: (sql) => `CAST(make_timestamp(${sql}) AS TIMESTAMPTZ)`,
	DATE: (sql) => `(DATE '1970-01-01' + ${sql})`,
	JSON: (sql) => `CAST(${sql} AS JSON)`,
};

/** The DuckDB type of a declared column in a file that has no types of its own. */
export const fileType = (type: ValueType): string => fileTypes[type.scalar] + (type.isArray ? "[]" : "");
