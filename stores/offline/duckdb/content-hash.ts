/**
 * The content hash of a Parquet file of ours, at the speed of reading it: DuckDB brings values into their canonical form,
 * column by column, and the bytes of its vectors are hashed as they lie. What the form is: core/training/content-hash.ts.
 */
import type { DuckDBVector } from "@duckdb/node-api";
import { canonicalSql } from "../../../core/offline/duckdb/canonical-values.ts";
import { identifier, text } from "../../../core/offline/duckdb/sql-text.ts";
import { type ContentHash, columnarHasher } from "../../../core/training/content-hash.ts";
import type { Column } from "../../../core/values/type.ts";
import { duckdbError } from "./errors.ts";
import { DuckdbSession, type DuckdbSettings } from "./session.ts";

export async function hashParquet(
	path: string,
	columns: readonly Column[],
	settings: DuckdbSettings,
	signal: AbortSignal,
): Promise<ContentHash> {
	const session = await DuckdbSession.open(settings, { paths: [path], directories: [] });
	const stop = session.interruptOn(signal);
	try {
		signal.throwIfAborted();
		const fields = columns.flatMap(({ name, type }) => {
			const column = identifier(name);
			return [canonicalSql(column, type), `CAST(${column} IS NULL AS UTINYINT)`];
		});
		const hasher = columnarHasher(columns);
		const result = await session.connection.stream(`SELECT ${fields.join(", ")} FROM read_parquet([${text(path)}])`);
		for (
			let chunk = await result.fetchChunk();
			chunk !== null && chunk.rowCount > 0;
			chunk = await result.fetchChunk()
		) {
			const { rowCount } = chunk;
			for (const [index] of columns.entries()) {
				const values = bytesOf(chunk.getColumnVector(2 * index));
				hasher.add(index, rowCount, values, bytesOf(chunk.getColumnVector(2 * index + 1)));
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

/** What all typed arrays are. */
const typedArray = Object.getPrototypeOf(Uint8Array) as new () => Uint8Array;

/** A vector of values of one width keeps them in one array, which it shows to nobody: taking them out one by one is ten times slower. */
function bytesOf(vector: DuckDBVector): Uint8Array {
	for (const field of Object.values(vector) as readonly unknown[]) {
		// Not `ArrayBuffer.isView`: once compiled, it has been seen to deny a DataView.
		if (field instanceof DataView || field instanceof typedArray) {
			return new Uint8Array(field.buffer, field.byteOffset, field.byteLength);
		}
	}
	throw new Error(`A vector of ${vector.type.toString()} does not hold its values in an array.`);
}
