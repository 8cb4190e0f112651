/** The rows of views over files, inside the session of a join. */
import { rm } from "node:fs/promises";
import {
	areRowsPruned,
	computedRows,
	type DuckdbView,
	duckdbView,
	viewRows,
} from "../../../core/offline/duckdb/rows.ts";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import { requireTakenIn } from "../../../core/offline/view-columns.ts";
import type { JoinRequest } from "../../../core/ports/feature-join.ts";
import type { Known, LabelFrame, OfflineView } from "../../../core/ports/offline-engine.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Micros } from "../../../core/values/value.ts";
import { duckdbError } from "../duckdb/errors.ts";
import { parquetOptions } from "../duckdb/parquet-options.ts";
import { describeSql, openFor, readableFilesOf, relationSql } from "../duckdb/relation.ts";
import { scratchPath } from "../duckdb/scratch.ts";
import type { DuckdbSession, DuckdbSettings } from "../duckdb/session.ts";
import { limitTime } from "../duckdb/time-limit.ts";
import { type LogBounds, type LogReader, logRowColumns } from "../log-reader.ts";
import { keptRowsOf, wholeOf } from "./kept-rows.ts";
import { type OpenedRows, storedFiles } from "./opened-rows.ts";
import { logBounds } from "./scan.ts";

interface FileDeps {
	readonly settings: DuckdbSettings;
	/** Reads the logs of rows pushed into views over files. */
	readonly logs: LogReader;
}

interface RowsRequest {
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
	{ settings, logs }: FileDeps,
	frame: LabelFrame,
	request: JoinRequest,
	name: string,
): Promise<OpenedRows> {
	const { known, positions, signal } = request;
	const requestTo = (to: Micros | null): RowsRequest => ({
		known,
		bounds: logBounds(view.log, positions, to),
		to,
		signal,
	});
	try {
		if (areRowsPruned({ view })) {
			return await plainFile(session, view, settings, logs, requestTo(frame.timeRange?.max ?? null), name);
		}
		const kept = keptRowsOf(request);
		const whole = requestTo(wholeOf(frame, request).timeRange?.max ?? null);
		const compute = (): Promise<OpenedRows> => computedFile(view, settings, logs, whole);
		return await (kept === null ? compute() : kept.once(name, compute));
	} catch (error) {
		throw duckdbError(error, `the view "${view.name}"`, signal);
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
		const rows = computedRows(target, { from: null, to, known });
		await session.run(`COPY (${rows}) TO ${text(path)} ${parquetOptions("lz4", storedTypes(target))}`);
		return storedFiles(target, [path]);
	} catch (error) {
		await rm(path, { force: true });
		throw duckdbError(error, subject, signal);
	} finally {
		unlimit();
		stop();
		await session.close();
	}
}

/** Of what `computedRows` gives, but for its times, places in the log and tombstones. */
const storedTypes = ({ view, tieBreakTypes }: DuckdbView): Pick<Column, "type">[] => [
	...view.joinKeys,
	...tieBreakTypes.map((type) => ({ type })),
	...view.features,
];

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
