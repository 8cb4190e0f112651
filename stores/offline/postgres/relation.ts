/** The relation behind a view or a source: a table, a log, or a subquery of the steps over them. */
import { type SQL, sql } from "drizzle-orm";
import { nativeType, valueTypeOf } from "../../../core/offline/postgres/types.ts";
import { statementText } from "../../../core/offline/statement-text.ts";
import { logColumns } from "../../../core/offline/view-columns.ts";
import type { Known, LogPositions, Relation } from "../../../core/ports/offline-engine.ts";
import type { LogDefinition } from "../../../core/ports/offline-log.ts";
import { parseJson } from "../../../core/values/parse-json.ts";
import type { Column } from "../../../core/values/type.ts";
import { logRowColumns } from "../log-reader.ts";
import type { PostgresSession } from "./session.ts";
import { checkSourceTable, checkUserSql, type TableAccess } from "./user-sql.ts";

/** The table that holds a log. */
export const logTable = (log: LogDefinition): SQL =>
	sql`${sql.identifier("featuregraph_log")}.${sql.identifier(log.id)}`;

export interface RelationSource {
	/** To stand behind FROM. */
	readonly from: SQL;
	/** The table itself, where nothing lies between: its indexes serve. */
	readonly table: SQL | null;
	/** A log read as it stands. */
	readonly isLog: boolean;
}

/** What of a log counts when SQL lies between it and the rows: later bounds cannot reach it. */
export interface LogCut {
	readonly positions: LogPositions | null;
	readonly known: Known;
}

export const wholeLog: LogCut = { positions: null, known: { kind: "event" } };

/** Checks the steps. Throws INVALID_SQL. */
export async function relationSource(
	session: PostgresSession,
	{ origin, steps, log }: Relation,
	cut: LogCut,
): Promise<RelationSource> {
	if (log !== null && !(await session.exists(logTable(log)))) {
		return steps.length === 0
			? { from: sql`(${emptyLog(log)})`, table: null, isLog: true }
			: derivedSource(session, emptyLog(log), { origin, steps });
	}
	const table = log !== null ? logTable(log) : tableOf(origin);
	if (steps.length === 0 && table !== null) return { from: table, table, isLog: log !== null };
	const origins = log === null ? table && sql`SELECT * FROM ${table}` : logRows(log, cut);
	return derivedSource(session, origins, { origin, steps });
}

/** The steps over `origins`; without those, the first step reads the database itself. */
async function derivedSource(
	session: PostgresSession,
	origins: SQL | null,
	{ origin, steps }: Pick<Relation, "origin" | "steps">,
): Promise<RelationSource> {
	let inner = origins;
	for (const { name, owner, sql: written } of steps) {
		const relations = inner === null ? [] : ["source", name];
		const access: TableAccess = inner !== null ? "none" : isExternal(origin) ? "database" : "own-database";
		await checkUserSql(session, written, owner ?? `"${name}"`, relations, access);
		const body = sql.raw(statementText(written));
		const alias = name === "source" ? sql`` : sql`, ${sql.identifier(name)} AS NOT MATERIALIZED (SELECT * FROM source)`;
		inner =
			inner === null
				? sql`SELECT * FROM (\n${body}\n) AS step`
				: sql`WITH source AS NOT MATERIALIZED (\n${inner}\n)${alias}\nSELECT * FROM (\n${body}\n) AS step`;
	}
	if (inner === null) throw new Error("A PostgreSQL source was stored with neither a table nor a query.");
	return { from: sql`(\n${inner}\n)`, table: null, isLog: false };
}

const isExternal = (origin: Relation["origin"]): boolean => origin.kind === "postgres" && origin.connection !== null;

function tableOf(origin: Relation["origin"]): SQL | null {
	const name = origin.kind === "postgres" ? origin.table : null;
	if (name === null) return null;
	checkSourceTable(name, isExternal(origin) ? "database" : "own-database");
	return sql.join(
		name.split(".", 2).map((part) => sql.identifier(part)),
		sql`.`,
	);
}

/** A log that nothing was ever pushed into has no table yet. */
const emptyLog = (log: LogDefinition): SQL => {
	const fields = logRowColumns(log).map(({ name, type }) => sql`NULL::${nativeType(type)} AS ${sql.identifier(name)}`);
	return sql`SELECT ${sql.join(fields, sql`, `)} WHERE false`;
};

/** The rows of a log as SQL of others sees them: without tombstones and our own columns. */
function logRows(log: LogDefinition, { positions, known }: LogCut): SQL {
	const conditions = [sql`NOT __deleted`];
	if (positions !== null) conditions.push(sql`__seq <= ${sql.raw(String(positions.get(log.id) ?? 0n))}`);
	if (known.kind === "at") {
		conditions.push(
			sql`__ingested_at <= timestamptz 'epoch' + ${sql.raw(`(${known.at} / 86400000000) * interval '1 day' + (${known.at} % 86400000000) * interval '1 microsecond'`)}`,
		);
	}
	const columns = log.columns.map(({ name }) => sql.identifier(name));
	return sql`SELECT ${sql.join(columns, sql`, `)} FROM ${logTable(log)} WHERE ${sql.join(conditions, sql` AND `)}`;
}

/** The columns of types that we have: as declared where the relation is a log, and without those that a log adds. */
export const columnsOf = ({ log, steps }: Relation, types: ReadonlyMap<string, string>): readonly Column[] =>
	log !== null && steps.length === 0 ? log.columns : inferredColumns(types);

const inferredColumns = (types: ReadonlyMap<string, string>): Column[] =>
	[...types].flatMap(([name, postgresType]) => {
		const type = valueTypeOf(postgresType);
		return type === null || logColumns.includes(name) ? [] : [{ name, type }];
	});

/** Whether an index finds rows by the keys (in any order) and then by event time. */
export async function hasIndex(
	session: PostgresSession,
	table: SQL,
	keys: readonly string[],
	eventTime: string,
): Promise<boolean> {
	const rows = await session.rows(sql`SELECT array_to_json(ARRAY(
	SELECT a.attname FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k(attnum, n)
	JOIN pg_attribute AS a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
	WHERE n <= ${keys.length + 1} ORDER BY n))
FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid JOIN pg_am AS m ON m.oid = c.relam
WHERE i.indrelid = (SELECT tableoid FROM ${table} LIMIT 1) AND i.indisvalid AND i.indpred IS NULL AND m.amname = 'btree'`);
	return rows.some(([json]) => {
		const columns = parseJson(json ?? "[]") as string[];
		return (
			columns.length === keys.length + 1 &&
			columns.at(-1) === eventTime &&
			keys.every((key) => columns.slice(0, -1).includes(key))
		);
	});
}
