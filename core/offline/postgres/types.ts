/**
 * PostgreSQL's types and ours. Values leave in the plainest type that holds them: a TIMESTAMP as bigint microseconds, a
 * DATE as integer days, JSON as text; the others as themselves.
 */
import { type SQL, sql } from "drizzle-orm";
import type { ScalarType, ValueType } from "../../values/type.ts";

const plainTypes: Record<ScalarType, string> = {
	BOOL: "boolean",
	INT32: "integer",
	INT64: "bigint",
	FLOAT32: "real",
	FLOAT64: "double precision",
	STRING: "text",
	BYTES: "bytea",
	TIMESTAMP: "bigint",
	DATE: "integer",
	JSON: "text",
};

/** The type that a value of ours has in our temporary tables, parameters and results. */
export const plainType = (type: ValueType): SQL => sql.raw(plainTypes[type.scalar] + (type.isArray ? "[]" : ""));

const scalarOf: Readonly<Record<string, ScalarType>> = {
	boolean: "BOOL",
	smallint: "INT32",
	integer: "INT32",
	bigint: "INT64",
	real: "FLOAT32",
	"double precision": "FLOAT64",
	text: "STRING",
	"character varying": "STRING",
	uuid: "STRING",
	bytea: "BYTES",
	"timestamp without time zone": "TIMESTAMP",
	"timestamp with time zone": "TIMESTAMP",
	date: "DATE",
	json: "JSON",
	jsonb: "JSON",
};

/** Whether values of the type are microseconds since 2000 on the wire. */
export const isNativeTime = (postgresType: string): boolean => scalarOf[bare(postgresType)] === "TIMESTAMP";

/** As `format_type` writes it, without a length. */
const bare = (type: string): string => type.replace(/\(\d+(,\d+)?\)/, "");

/** Our type of a PostgreSQL column. Null for one that we lack (numeric, interval, character(n) …). */
export function valueTypeOf(postgresType: string): ValueType | null {
	const isArray = postgresType.endsWith("[]");
	const scalar = scalarOf[bare(isArray ? postgresType.slice(0, -2) : postgresType)];
	if (scalar === undefined || (isArray && scalar === "JSON")) return null;
	return { scalar, isArray };
}

/** The expression as a plain value of type `to`: exact, or an error of the query. Undefined when they do not go together. */
export function toPlain(expression: SQL, postgresType: string, to: ValueType): SQL | undefined {
	const from = bare(postgresType);
	if (!to.isArray) return scalarToPlain(expression, from, to.scalar);
	if (!from.endsWith("[]")) return undefined;
	const element = scalarToPlain(sql.raw("e"), from.slice(0, -2), to.scalar);
	if (element === undefined) return undefined;
	if (from === `${plainTypes[to.scalar]}[]`) return expression;
	return sql`(CASE WHEN ${expression} IS NULL THEN NULL ELSE ARRAY(SELECT ${element} FROM unnest(${expression}) WITH ORDINALITY AS u(e, n) ORDER BY n) END)`;
}

const integers = new Set(["smallint", "integer", "bigint"]);

function scalarToPlain(expression: SQL, from: string, to: ScalarType): SQL | undefined {
	switch (to) {
		case "INT32":
		case "INT64":
			if (from === plainTypes[to]) return expression;
			// The cast refuses what does not fit.
			return integers.has(from) ? sql`(${expression})::${sql.raw(plainTypes[to])}` : undefined;
		case "FLOAT64":
			if (from === "double precision") return expression;
			return from === "real" || from === "smallint" || from === "integer"
				? sql`(${expression})::double precision`
				: undefined;
		case "FLOAT32":
			if (from === "real") return expression;
			return from === "double precision" ? sql`(${expression})::real` : undefined;
		case "TIMESTAMP":
			// Numeric: exact to the microsecond. Infinite times are none.
			return scalarOf[from] === "TIMESTAMP" || from === "date"
				? sql`(CASE WHEN isfinite(${expression}) THEN (extract(epoch FROM ${expression}) * 1000000)::bigint END)`
				: undefined;
		case "DATE":
			return from === "date" ? sql`(${expression} - date '1970-01-01')` : undefined;
		case "STRING":
			if (from === "text") return expression;
			return from === "character varying" || from === "uuid" ? sql`(${expression})::text` : undefined;
		case "JSON":
			return from === "json" || from === "jsonb" || from === "text" ? sql`(${expression})::text` : undefined;
		default:
			return from === plainTypes[to] ? expression : undefined;
	}
}

/** Bigint microseconds as a time that compares with a column of `postgresType` by its index; exact. */
export function instant(micros: SQL, postgresType: string): SQL {
	const epoch = sql.raw(
		bare(postgresType) === "timestamp with time zone" ? "timestamptz 'epoch'" : "timestamp 'epoch'",
	);
	// Days and the rest apart: an interval is multiplied as a double.
	return sql`(${epoch} + (${micros} / 86400000000) * interval '1 day' + (${micros} % 86400000000) * interval '1 microsecond')`;
}

/** Strings in the order of their bytes, whatever the collation of the database. */
export const ordered = (expression: SQL, type: ValueType): SQL =>
	type.scalar === "STRING" || type.scalar === "JSON" ? sql`${expression} COLLATE "C"` : expression;

/** The type of a column that holds such values in a table. */
export const nativeType = (type: ValueType): SQL =>
	type.scalar in natives ? sql.raw((natives[type.scalar]?.name ?? "") + (type.isArray ? "[]" : "")) : plainType(type);

/** A plain value as a table's column of `nativeType` takes it. */
export function toNative(plain: SQL, type: ValueType): SQL {
	const native = natives[type.scalar];
	if (native === undefined) return plain;
	if (!type.isArray) return native.from(plain);
	return sql`(CASE WHEN ${plain} IS NULL THEN NULL ELSE ARRAY(SELECT ${native.from(sql.raw("e"))} FROM unnest(${plain}) WITH ORDINALITY AS w(e, n) ORDER BY n) END)`;
}

const natives: Partial<Record<ScalarType, { readonly name: string; from(plain: SQL): SQL }>> = {
	TIMESTAMP: { name: "timestamptz", from: (plain) => instant(plain, "timestamp with time zone") },
	DATE: { name: "date", from: (plain) => sql`(date '1970-01-01' + ${plain})` },
};
