/** The rows of views over files, inside the session of a join. */
import { rm } from "node:fs/promises";
import {
	areRowsPruned,
	computedRows,
	type DuckdbView,
	duckdbView,
	type RowBounds,
	storedRows,
	viewRows,
} from "../../../core/offline/duckdb/rows.ts";
import { bigint, text } from "../../../core/offline/duckdb/sql-text.ts";
import { requireTakenIn } from "../../../core/offline/view-columns.ts";
import type { Known, OfflineView } from "../../../core/ports/offline-engine.ts";
import type { Micros } from "../../../core/values/value.ts";
import { duckdbError } from "../duckdb/errors.ts";
import { describeSql, openFor, readableFilesOf, relationSql } from "../duckdb/relation.ts";
import { scratchPath } from "../duckdb/scratch.ts";
import type { DuckdbSession, DuckdbSettings } from "../duckdb/session.ts";
import { limitTime } from "../duckdb/time-limit.ts";
import { type LogBounds, type LogReader, logRowColumns } from "../log-reader.ts";

/** Rows that a scan can read. */
export interface OpenedRows {
	readonly target: DuckdbView;
	rows(bounds: RowBounds): string;
	close(): Promise<void>;
}

export interface RowsRequest {
	readonly known: Known;
	readonly bounds: LogBounds;
	/** The latest event time that any label can read. */
	readonly to: Micros | null;
	readonly signal: AbortSignal;
}

/**
 * A plain Parquet file is read where it lies. What has to be computed or parsed first (SQL over it, CSV) is so once, by a
 * session of its own that can read these files and nothing else, into a file of its rows.
 */
export async function openFileRows(
	session: DuckdbSession,
	view: OfflineView,
	settings: DuckdbSettings,
	logs: LogReader,
	request: RowsRequest,
	name: string,
): Promise<OpenedRows> {
	try {
		return areRowsPruned({ view })
			? await plainFile(session, view, settings, logs, request, name)
			: await computedFile(view, settings, logs, request);
	} catch (error) {
		throw duckdbError(error, `the view "${view.name}"`, request.signal);
	}
}

async function plainFile(
	session: DuckdbSession,
	view: OfflineView,
	settings: DuckdbSettings,
	logs: LogReader,
	{ known, bounds, signal }: RowsRequest,
	name: string,
): Promise<OpenedRows> {
	readableFilesOf(view.relation, settings);
	const relation = await relationSql(session, view.relation);
	const types = await describeSql(session, relation);
	const log = await loadLog(session, view, logs, bounds, signal, `${name}_log`);
	const target = duckdbView(view, relation, types, log);
	requireTakenIn(view, target.columns, known);
	return { target, rows: (of) => viewRows(target, of), close: async () => {} };
}

async function computedFile(
	view: OfflineView,
	settings: DuckdbSettings,
	logs: LogReader,
	{ known, bounds, to, signal: stopping }: RowsRequest,
): Promise<OpenedRows> {
	const subject = `the view "${view.name}"`;
	const { signal, stop: unlimit } = limitTime(stopping, settings.statementTimeoutMs, subject);
	const path = `${scratchPath(settings.tempDirectory)}.parquet`;
	const session = await openFor(view.relation, settings, [path]);
	const stop = session.interruptOn(signal);
	try {
		const relation = await relationSql(session, view.relation);
		const types = await describeSql(session, relation);
		const log = await loadLog(session, view, logs, bounds, signal, "log");
		const target = duckdbView(view, relation, types, log);
		requireTakenIn(view, target.columns, known);
		signal.throwIfAborted();
		await session.run(
			`COPY (${computedRows(target, { from: null, to, known })}) TO ${text(path)} (FORMAT parquet, COMPRESSION lz4)`,
		);
		return storedFile(target, path);
	} catch (error) {
		await rm(path, { force: true });
		throw duckdbError(error, subject, signal);
	} finally {
		unlimit();
		stop();
		await session.close();
	}
}

/** Rows that lie normalised in a Parquet file of our own, removed at close. */
export function storedFile(target: DuckdbView, path: string): OpenedRows {
	const rows = storedRows(target, `read_parquet(${text(path)})`);
	return {
		target,
		rows({ from, to }) {
			const conditions: string[] = [];
			if (from !== null) conditions.push(`e >= ${bigint(from)}`);
			if (to !== null) conditions.push(`e <= ${bigint(to)}`);
			return conditions.length === 0 ? rows : `${rows} WHERE ${conditions.join(" AND ")}`;
		},
		close: () => rm(path, { force: true }),
	};
}

/** The pushed rows of a view over files, as a table beside them; null where there are none. */
async function loadLog(
	session: DuckdbSession,
	{ log }: OfflineView,
	logs: LogReader,
	bounds: LogBounds,
	signal: AbortSignal,
	table: string,
): Promise<DuckdbView["log"]> {
	if (log === null) return null;
	const columns = logRowColumns(log);
	await session.createTable(table, columns);
	const count = await session.append(table, columns, logs.read(log, bounds, signal));
	return count === 0 ? null : { table, definition: log };
}
