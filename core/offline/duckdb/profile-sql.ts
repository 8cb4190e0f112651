/** Statistics of a training set's columns: over all rows, and over a sample in a table of ours. */
import { columnKind } from "../../training/association.ts";
import type { Column, ScalarType } from "../../values/type.ts";
import { fileRow, labelRow } from "./own-columns.ts";
import { identifier } from "./sql-text.ts";
import { toPlain } from "./types.ts";

/** The table of sampled rows: `p0…` as plain values, `n0…` of those that are numbers, finite and not too great to be squared. */
export const sampleTable = "sampled";

const squarable = 1e150;
const fileTypes: Partial<Record<ScalarType, string>> = { TIMESTAMP: "TIMESTAMP WITH TIME ZONE", DATE: "DATE" };

/** The plain value of a column of a file; lists and JSON have none that is looked at. */
function plain({ name, type }: Column): string | null {
	if (type.isArray || type.scalar === "JSON") return null;
	const from = fileTypes[type.scalar];
	return from === undefined ? identifier(name) : (toPlain(identifier(name), from, type) ?? null);
}

/** Rows spread over the whole that no period of it can meet: those whose multiple of the golden ratio's fraction is small. */
export function sampleSql(files: string, columns: readonly Column[], rowCount: bigint, most: number): string {
	const fields = columns.flatMap((column, index) => {
		const value = plain(column);
		if (value === null) return [];
		const isNumber = columnKind(column.type) === "number";
		const number = `CASE WHEN abs(CAST(${value} AS DOUBLE)) < ${squarable} THEN CAST(${value} AS DOUBLE) END`;
		return [`${value} AS p${index}`, ...(isNumber ? [`${number} AS n${index}`] : [])];
	});
	const modulus = 2 ** 32;
	const threshold = rowCount <= BigInt(most) ? modulus : Math.floor((most / Number(rowCount)) * modulus);
	// A feature may be called as DuckDB calls positions, which it then does not tell.
	const hasOwn = columns.some(({ name }) => name.toLowerCase() === fileRow);
	const rows = hasOwn
		? `(SELECT *, row_number() OVER () - 1 AS ${labelRow} FROM read_parquet(${files}))`
		: `read_parquet(${files}, ${fileRow} = true)`;
	const where = `(${hasOwn ? labelRow : fileRow} * 2654435769) % ${modulus} < ${threshold}`;
	return `CREATE TEMP TABLE ${sampleTable} AS SELECT ${["1 AS one", ...fields].join(", ")} FROM ${rows} WHERE ${where}`;
}

const ordered = new Set<ScalarType>(["INT32", "INT64", "FLOAT32", "FLOAT64", "TIMESTAMP", "DATE"]);
const averaged = new Set<ScalarType>(["BOOL", "INT32", "INT64", "FLOAT32", "FLOAT64"]);

/** Columns that `rangeSql` tells the least and greatest value of. */
export const isOrdered = ({ type }: Column): boolean => !type.isArray && ordered.has(type.scalar);
const isAveraged = ({ type }: Column): boolean => !type.isArray && averaged.has(type.scalar);

/** One row of three values for each column: least, greatest, mean, as plain values; over all rows. */
export function rangeSql(files: string, columns: readonly Column[]): string {
	const fields = columns.map((column, index) => {
		const value = plain(column);
		if (value === null || !(isOrdered(column) || isAveraged(column))) return `NULL AS v${index}`;
		const isFloat = column.type.scalar === "FLOAT32" || column.type.scalar === "FLOAT64";
		return `${isFloat ? `CASE WHEN isfinite(${value}) THEN ${value} END` : value} AS v${index}`;
	});
	const told = columns.flatMap((column, index) => {
		const value = column.type.scalar === "BOOL" ? `CAST(v${index} AS INTEGER)` : `v${index}`;
		return [
			...(isOrdered(column) ? [`min(v${index})`, `max(v${index})`] : ["NULL", "NULL"]),
			isAveraged(column) ? `avg(CAST(${value} AS DOUBLE))` : "NULL",
		];
	});
	return `SELECT ${told.join(", ")} FROM (SELECT ${fields.join(", ")} FROM read_parquet(${files}))`;
}

/** How many different values each column has; by the same sample. */
export const distinctSql = (indexes: readonly number[]): string =>
	`SELECT ${["count(*)", ...indexes.map((index) => `count(DISTINCT p${index})`)].join(", ")} FROM ${sampleTable}`;

const counted = new Set<ScalarType>(["BOOL", "INT32", "INT64", "STRING", "DATE"]);

/** Columns whose frequent values say something: fractions and instants seldom repeat. */
export const isCounted = ({ type }: Column): boolean => !type.isArray && counted.has(type.scalar);

/** The most frequent values and how often they stand there. Texts are cut. */
export function topSql(index: number, { type }: Column, most: number, mostChars: number): string {
	const value = type.scalar === "STRING" ? `left(p${index}, ${mostChars})` : `p${index}`;
	return (
		`SELECT ${value} AS value, count(*) AS count FROM ${sampleTable} WHERE p${index} IS NOT NULL ` +
		`GROUP BY value HAVING count(*) > 1 ORDER BY count DESC, value LIMIT ${most}`
	);
}

/** Whether `sampleSql` has it. */
export const isSampled = (column: Column): boolean => plain(column) !== null;
