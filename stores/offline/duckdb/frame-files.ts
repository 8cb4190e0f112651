/** Frames to and from files: Parquet through DuckDB, Arrow by its own library, CSV and NDJSON by our encoding of FeatureValue. */
import { rename, rm, stat } from "node:fs/promises";
import { basename } from "node:path";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { fromPlain, toPlain } from "../../../core/offline/duckdb/types.ts";
import type { FrameFiles } from "../../../core/ports/offline-engine.ts";
import type { Column } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import { readArrowFile } from "../arrow/read-arrow.ts";
import { writeArrowFile } from "../arrow/write-arrow.ts";
import { concatenateParquet } from "../parquet/concatenate.ts";
import { writeTextFrame } from "../text-frames.ts";
import { hashParquet } from "./content-hash.ts";
import { duckdbError } from "./errors.ts";
import { refuseDeepLines } from "./json-nesting.ts";
import { fileSql } from "./open-rows.ts";
import { parquetOptions } from "./parquet-options.ts";
import { columnsOf, describeSql } from "./relation.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";

export function duckdbFrameFiles(settings: DuckdbSettings): FrameFiles {
	return {
		async write(path, format, columns, batches) {
			const unfinished = `${path}.unfinished-${process.pid}`;
			try {
				if (format === "PARQUET") await writeParquet(unfinished, columns, batches, settings);
				else if (format === "ARROW") await writeArrowFile(unfinished, columns, batches);
				else await writeTextFrame(unfinished, format, columns, batches);
				await rename(unfinished, path);
			} catch (error) {
				await rm(unfinished, { force: true });
				throw error;
			}
			return { byteCount: (await stat(path)).size };
		},

		hash: (paths, columns, signal) => hashParquet(paths, columns, settings, signal),

		async concatenate(paths, path, signal) {
			const unfinished = `${path}.unfinished-${process.pid}`;
			try {
				await concatenateParquet(paths, unfinished, signal);
				await rename(unfinished, path);
			} catch (error) {
				await rm(unfinished, { force: true });
				throw error;
			}
		},

		async rowCount(path, format) {
			if (format !== "PARQUET") return null;
			const session = await DuckdbSession.open(settings, { paths: [path], directories: [] });
			try {
				const counted = `SELECT CAST(num_rows AS DOUBLE) FROM parquet_file_metadata(${text(path)})`;
				const [row] = await session.rows(counted);
				return (row?.[0] ?? null) as number | null;
			} finally {
				await session.close();
			}
		},

		async read(path, format, signal) {
			if (format === "ARROW") return readArrowFile(path, signal);
			if (format === "NDJSON") await refuseDeepLines(path, signal);
			const files = { paths: [path], directories: [] };
			const session = await DuckdbSession.open(settings, files);
			try {
				const relation = await fileSql(session, path, format);
				const types = await describeSql(session, relation);
				const columns = columnsOf(types);
				const fields = columns.map(
					({ name, type }) => toPlain(identifier(name), types.get(name) ?? "", type) ?? "NULL",
				);
				const sql = `SELECT ${fields.join(", ")} FROM ${relation}`;
				return { columns, batches: rowsOf(() => DuckdbSession.open(settings, files), sql, columns, path, signal) };
			} catch (error) {
				throw unreadable(error, path, signal);
			} finally {
				await session.close();
			}
		},
	};
}

/**
 * By way of a table, since DuckDB writes a file from a query alone; row groups in order. What does not fit into memory is
 * spilled as it is: a database in a file would take -0 for 0 where it compresses.
 */
async function writeParquet(
	path: string,
	columns: readonly Column[],
	batches: AsyncIterable<ColumnBatch>,
	settings: DuckdbSettings,
): Promise<void> {
	const session = await DuckdbSession.open(settings, null);
	try {
		await session.createTable("frame", columns);
		await session.append("frame", columns, batches);
		const fields = columns.map(({ name, type }) => `${fromPlain(identifier(name), type)} AS ${identifier(name)}`);
		await session.run(
			`COPY (SELECT ${fields.join(", ")} FROM frame) TO ${text(path)} ${parquetOptions("zstd", columns)}`,
		);
	} finally {
		await session.close();
	}
}

/** Opens its session when the first batch is asked for: batches that nobody reads hold nothing. */
async function* rowsOf(
	open: () => Promise<DuckdbSession>,
	sql: string,
	columns: readonly Column[],
	path: string,
	signal: AbortSignal,
): AsyncGenerator<ColumnBatch> {
	signal.throwIfAborted();
	const session = await open();
	const stop = session.interruptOn(signal);
	try {
		yield* session.stream(
			sql,
			columns.map(({ type }) => type),
		);
	} catch (error) {
		throw unreadable(error, path, signal);
	} finally {
		stop();
		await session.close();
	}
}

function unreadable(error: unknown, path: string, signal: AbortSignal): unknown {
	const known = duckdbError(error, `the file ${basename(path)}`, signal);
	if (!(known instanceof FeaturegraphError) || known === error || known.code === "LIMIT_EXCEEDED") return known;
	return new FeaturegraphError("UNREADABLE_FILE", known.message, { name: basename(path) }, { cause: error });
}
