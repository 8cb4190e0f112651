/** Integers of CSV files: DuckDB takes 1.5 for 2 where a column holds integers, so their text is looked at. */
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import type { DuckdbSession } from "./session.ts";

/** SQL of the integer that the text `sql` of a column stands for; an error with the column's name where it stands for none. */
export function exactIntegerSql(name: string, type: string, sql: string): string {
	const integer = `TRY_CAST(${sql} AS ${type})`;
	const hasExponent = `(contains(${sql}, 'e') OR contains(${sql}, 'E'))`;
	// Most have neither point nor exponent, and these are looked for fast.
	const exact =
		`CASE WHEN NOT (contains(${sql}, '.') OR ${hasExponent}) THEN ${integer} ` +
		`WHEN ${hasExponent} THEN CASE WHEN CAST(${integer} AS DOUBLE) = TRY_CAST(${sql} AS DOUBLE) THEN ${integer} END ` +
		`WHEN NOT regexp_matches(${sql}, '\\.0*[1-9]') THEN ${integer} END`;
	const told = text(`${refusal(name, type)}: `);
	return `coalesce(${exact}, CASE WHEN ${sql} IS NOT NULL THEN CAST(error(${told} || left(${sql}, 60)) AS ${type}) END)`;
}

const refusal = (name: string, type: string): string =>
	`a value of the column "${name}" is not exactly of type ${type === "INTEGER" ? "int32" : "int64"}`;

/** Tells where the value stands that `exactIntegerSql` refused, unless it is one that DuckDB's reader would have rounded. */
export async function placedRefusal(
	session: DuckdbSession,
	error: unknown,
	readAs: (types: string) => string,
	integers: readonly { readonly name: string; readonly type: string }[],
): Promise<unknown> {
	const message = error instanceof Error ? error.message : "";
	const column = integers.find(({ name, type }) => message.includes(refusal(name, type)));
	if (column === undefined) return error;
	const rows = readAs(`{${text(column.name)}: ${text(column.type)}}`);
	return session.rows(`SELECT count(${identifier(column.name)}) FROM ${rows}`).then(
		() => error,
		(placed: unknown) => placed,
	);
}
