/** A view made ready to be read: its sources looked at, checked, and put where an index finds their rows. */
import { type SQL, sql } from "drizzle-orm";
import {
	type PostgresView,
	partsOf,
	plainRows,
	type RowSource,
	storedColumns,
	storedParts,
	tieBreakTypesOf,
} from "../../../core/offline/postgres/rows.ts";
import { nativeType, plainType, toNative } from "../../../core/offline/postgres/types.ts";
import { logColumns, viewColumnsOf } from "../../../core/offline/view-columns.ts";
import type { LogPositions, OfflineView } from "../../../core/ports/offline-engine.ts";
import type { LogDefinition } from "../../../core/ports/offline-log.ts";
import type { Column } from "../../../core/values/type.ts";
import type { ColumnBatch, Micros } from "../../../core/values/value.ts";
import { type LogReader, logRowColumns } from "../log-reader.ts";
import { hasIndex, type LogCut, logTable, relationSource } from "./relation.ts";
import type { PostgresSession } from "./session.ts";
import { toText } from "./text-values.ts";

/** The relation's rows, and those of the view's log. In a read-only transaction. */
export async function openView(session: PostgresSession, view: OfflineView, cut: LogCut): Promise<OpenedView> {
	const relation = await relationSource(session, view.relation, cut);
	const types = await session.describe(sql`SELECT * FROM ${relation.from} AS r`);
	const columns = viewColumnsOf(view, new Set([...types.keys()].filter((name) => !logColumns.includes(name))));
	const tieBreakTypes = tieBreakTypesOf(view, columns, types);
	const head = { view, columns, tieBreakTypes };
	const source: RowSource = {
		from: relation.from,
		parts: partsOf(view, columns, tieBreakTypes, types, relation.isLog),
		isLog: relation.isLog,
		upToSeq: upToSeq(relation.isLog ? view.relation.log : null, cut.positions),
	};
	return { ...head, sources: [source], table: relation.table };
}

export interface OpenedView extends PostgresView {
	/** The relation's table, where nothing lies between it and the rows. */
	readonly table: SQL | null;
}

/** The last row of a log that counts; null for all of them. */
export const upToSeq = (log: LogDefinition | null, positions: LogPositions | null): bigint | null =>
	log === null || positions === null ? null : (positions.get(log.id) ?? 0n);

/** Adds the view's own log, where it has a table in this database. */
export async function withLog(
	session: PostgresSession,
	opened: OpenedView,
	log: LogDefinition | null,
	from: SQL | null,
	positions: LogPositions | null,
): Promise<OpenedView> {
	if (log === null || from === null || !(await session.exists(from))) return opened;
	const { view, columns, tieBreakTypes } = opened;
	const types = await session.describe(sql`SELECT * FROM ${from} AS r`);
	const parts = partsOf(view, columns, tieBreakTypes, types, true);
	const source = { from, parts, isLog: true, upToSeq: upToSeq(log, positions) };
	return { ...opened, sources: [...opened.sources, source] };
}

const logCopy = sql.raw("pg_temp.featuregraph_log_copy");
const rowCopy = sql.raw("pg_temp.featuregraph_rows");

/** Where the view's log can be read: its own table, or a copy of it when the view's rows lie in another database. */
export const logPlace = (view: OfflineView): SQL | null => {
	if (view.log === null) return null;
	return isForeign(view) ? logCopy : logTable(view.log);
};

export const isForeign = ({ relation: { origin } }: OfflineView): boolean =>
	origin.kind === "postgres" && origin.connection !== null;

/** Copies the log of the system's own database into a temporary table of another one. */
export async function copyLog(
	session: PostgresSession,
	log: LogDefinition,
	reader: LogReader,
	upTo: Micros | null,
	signal: AbortSignal,
): Promise<void> {
	const columns = logRowColumns(log);
	const fields = columns.map(({ name, type }) => sql`${sql.identifier(name)} ${nativeType(type)}`);
	await session.execute(sql`CREATE TEMP TABLE featuregraph_log_copy (${sql.join(fields, sql`, `)})`);
	const values = columns.map(({ type }, index) => toNative(sql`${sql.raw(`u.c${index}`)}::${plainType(type)}`, type));
	const names = sql.raw(columns.map((_, index) => `c${index}`).join(", "));
	const bounds = { upToSeq: null, eventFrom: null, eventTo: upTo };
	for await (const batch of reader.read(log, bounds, signal)) {
		const arrays = textArrays(columns, batch);
		await session.execute(
			sql`INSERT INTO ${logCopy} SELECT ${sql.join(values, sql`, `)} FROM unnest(${sql.join(arrays, sql`, `)}) AS u(${names})`,
		);
	}
}

/** The columns of a batch as arrays of text, to be unnested and cast. */
export const textArrays = (columns: readonly Column[], batch: ColumnBatch): SQL[] =>
	columns.map(
		({ type }, index) => sql`${sql.param((batch.columns[index] ?? []).map((value) => toText(value, type)))}::text[]`,
	);

/** Whether every source finds its rows by an index of its own. */
export async function isIndexed(session: PostgresSession, { view, table }: OpenedView): Promise<boolean> {
	// A view's own log has its index from the beginning; a copy of it has none.
	if (table === null || (isForeign(view) && view.log !== null)) return false;
	const keys = view.joinKeys.map(({ name }) => name);
	return hasIndex(session, table, keys, view.eventTime);
}

/** Makes the table that `storeRows` fills. Outside a read-only transaction. */
export async function createRowCopy(session: PostgresSession, target: PostgresView): Promise<void> {
	const fields = storedColumns(target).map(({ name, type }) => sql`${sql.raw(name)} ${plainType(type)}`);
	await session.execute(sql`CREATE TEMP TABLE featuregraph_rows (${sql.join(fields, sql`, `)})`);
}

/** Computes the rows once: a subquery looked at anew for each label would be computed for each label. */
export async function storeRows(session: PostgresSession, target: PostgresView, upTo: Micros | null): Promise<void> {
	const names = sql.raw(
		storedColumns(target)
			.map(({ name }) => name)
			.join(", "),
	);
	const rows = plainRows(target, { from: null, to: upTo });
	await session.execute(sql`INSERT INTO ${rowCopy} SELECT ${names} FROM (${rows}) AS x`);
}

/** Indexes what `storeRows` stored. Outside a read-only transaction. */
export async function indexRowCopy(session: PostgresSession, opened: OpenedView): Promise<OpenedView> {
	const keys = sql.raw(opened.view.joinKeys.map((_, k) => `k${k}`).join(", "));
	await session.execute(sql`CREATE INDEX ON ${rowCopy} (${keys}, e)`);
	await session.execute(sql`ANALYZE ${rowCopy}`);
	return { ...opened, sources: [{ from: rowCopy, parts: storedParts(opened), isLog: false, upToSeq: null }] };
}
