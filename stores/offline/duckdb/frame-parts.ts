/** Parts of a training set as files of their own, cut by DuckDB: rows keep their order, and memory does not grow with them. */
import { rename, rm } from "node:fs/promises";
import { partConditions } from "../../../core/offline/duckdb/split-sql.ts";
import { text } from "../../../core/offline/duckdb/sql-text.ts";
import type { FrameParts } from "../../../core/ports/frame-parts.ts";
import { duckdbError } from "./errors.ts";
import { parquetOptions } from "./parquet-options.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";

export function duckdbFrameParts(settings: DuckdbSettings): FrameParts {
	return {
		async write(paths, { columns, timestampColumn }, definition, part, path, signal) {
			const unfinished = `${path}.unfinished-${process.pid}`;
			const session = await DuckdbSession.open(settings, { paths: [...paths, unfinished], directories: [] });
			const stop = session.interruptOn(signal);
			try {
				signal.throwIfAborted();
				const condition = partConditions(definition, columns, timestampColumn)[part] ?? "false";
				const files = `[${paths.map(text).join(", ")}]`;
				const [row] = await session.rows(
					`COPY (SELECT * FROM read_parquet(${files}) WHERE ${condition}) TO ${text(unfinished)} ${parquetOptions("zstd", columns)}`,
				);
				await rename(unfinished, path);
				return BigInt((row?.[0] ?? 0) as bigint | number);
			} catch (error) {
				await rm(unfinished, { force: true });
				throw duckdbError(error, "the training set", signal);
			} finally {
				stop();
				await session.close();
			}
		},
	};
}
