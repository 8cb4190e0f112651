/** Rows of a database copied out, into files that a join reads as it reads others. */
import { rm } from "node:fs/promises";
import type { DuckDBAppender, DuckDBDataChunk } from "@duckdb/node-api";
import { rowOrder } from "../../../core/offline/duckdb/order.ts";
import { type DuckdbView, storedColumns } from "../../../core/offline/duckdb/rows.ts";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import {
	type CopiedRows,
	copiedRows,
	type PostgresView,
	storedColumns as storedInPostgres,
} from "../../../core/offline/postgres/rows.ts";
import type { Column } from "../../../core/values/type.ts";
import { BinaryCopy } from "../duckdb/binary-copy.ts";
import { parquetOptions } from "../duckdb/parquet-options.ts";
import { scratchPath } from "../duckdb/scratch.ts";
import { DuckdbSession, type DuckdbSettings } from "../duckdb/session.ts";
import type { PostgresSession } from "../postgres/session.ts";
import { type OpenedRows, storedFiles } from "./opened-rows.ts";

/** Rows of one file: what is on its way is in memory. */
const fileRows = 500_000;

/** The target of rows that were copied out: what the database opened, as DuckDB has it then. */
export function movedTarget({ view, columns, tieBreakTypes, sources }: PostgresView): DuckdbView {
	const isLogged = sources.some(({ isLog }) => isLog);
	const has = { created: columns.created !== null || (isLogged && view.createdTime !== null), log: isLogged };
	const features = view.features.map(({ type }, f) => ({ name: `f${f}`, type }));
	const order = rowOrder(tieBreakTypes, features, has);
	return { view, columns, tieBreakTypes, order, has, relation: "", types: new Map(), log: null };
}

/** What `moveRows` copies. */
export const rowsToMove = (
	target: PostgresView,
	bounds: Parameters<typeof copiedRows>[2],
	keys: Parameters<typeof copiedRows>[3],
): readonly CopiedRows[] => copiedRows(target, storedColumns(movedTarget(target)), bounds, keys);

/** Copies the rows into files of our own, which are removed when they are closed. */
export async function moveRows(
	settings: DuckdbSettings,
	database: PostgresSession,
	target: PostgresView,
	rows: readonly CopiedRows[],
	signal: AbortSignal,
): Promise<OpenedRows> {
	const moved = movedTarget(target);
	const types = new Map(storedInPostgres(target).map(({ name, type }) => [name, type]));
	const columns = storedColumns(moved).flatMap((name) => {
		const type = types.get(name);
		return type === undefined ? [] : [{ name, type }];
	});
	const paths: string[] = [];
	const session = await DuckdbSession.open(settings, null);
	const stop = session.interruptOn(signal);
	try {
		await session.createTable("moved", columns);
		for await (const count of appended(session, copies(database, rows, columns))) {
			if (count === 0 && paths.length > 0) continue;
			const path = `${scratchPath(settings.tempDirectory)}.parquet`;
			paths.push(path);
			await session.run(`COPY moved TO ${text(path)} ${parquetOptions("lz4", columns)}`);
			await session.run("TRUNCATE moved");
		}
		return storedFiles(moved, paths);
	} catch (error) {
		await Promise.all(paths.map((path) => rm(path, { force: true })));
		throw error;
	} finally {
		stop();
		await session.close();
	}
}

async function* copies(
	database: PostgresSession,
	rows: readonly CopiedRows[],
	columns: readonly Column[],
): AsyncGenerator<DuckDBDataChunk> {
	for (const { sql, native } of rows) {
		const wire = columns.map(({ name, type }) => ({ type, isNativeTime: native.has(name) }));
		yield* new BinaryCopy(wire).chunks(database.copy(sql));
	}
}

/** Appends to the table `moved`; yields the number of its rows each time when they are enough for a file, and at the end. */
async function* appended(session: DuckdbSession, chunks: AsyncIterable<DuckDBDataChunk>): AsyncGenerator<number> {
	let count = 0;
	let appender: DuckDBAppender | null = null;
	try {
		for await (const chunk of chunks) {
			appender ??= await session.connection.createAppender("moved");
			appender.appendDataChunk(chunk);
			count += chunk.rowCount;
			if (count < fileRows) continue;
			appender.closeSync();
			appender = null;
			yield count;
			count = 0;
		}
	} finally {
		appender?.closeSync();
	}
	yield count;
}
