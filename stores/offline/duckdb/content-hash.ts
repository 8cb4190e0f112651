/**
 * The content hash of Parquet files of ours, at the speed of reading it: DuckDB brings values into their canonical form,
 * column by column, and the bytes of its vectors are hashed as they lie. What the form is: core/training/content-hash.ts.
 */
import { canonicalSql } from "../../../core/offline/duckdb/canonical-values.ts";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { type ContentHash, columnarHasher } from "../../../core/training/content-hash.ts";
import type { Column } from "../../../core/values/type.ts";
import { duckdbError } from "./errors.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";
import { vectorBytes } from "./vector-bytes.ts";

export async function hashParquet(
	paths: readonly string[],
	columns: readonly Column[],
	settings: DuckdbSettings,
	signal: AbortSignal,
): Promise<ContentHash> {
	const session = await DuckdbSession.open(settings, { paths, directories: [] });
	const stop = session.interruptOn(signal);
	try {
		signal.throwIfAborted();
		const fields = columns.flatMap(({ name, type }) => {
			const column = identifier(name);
			return [canonicalSql(column, type), `CAST(${column} IS NULL AS UTINYINT)`];
		});
		const hasher = columnarHasher(columns);
		const files = paths.map(text).join(", ");
		const result = await session.connection.stream(`SELECT ${fields.join(", ")} FROM read_parquet([${files}])`);
		for (
			let chunk = await result.fetchChunk();
			chunk !== null && chunk.rowCount > 0;
			chunk = await result.fetchChunk()
		) {
			const { rowCount } = chunk;
			for (const [index] of columns.entries()) {
				const values = vectorBytes(chunk.getColumnVector(2 * index));
				hasher.add(index, rowCount, values, vectorBytes(chunk.getColumnVector(2 * index + 1)));
			}
			hasher.endRows(rowCount);
		}
		return hasher.finish();
	} catch (error) {
		throw duckdbError(error, "the training set", signal);
	} finally {
		stop();
		await session.close();
	}
}
