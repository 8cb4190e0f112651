/** Columns of DuckDB's chunks as they lie in memory, copied: the chunk takes its own back. */
import type { DuckDBConnection, DuckDBDataChunk } from "@duckdb/node-api";
import duckdb from "@duckdb/node-bindings";
import type { ValueType } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { type FixedItems, fixedItems, type Vector, type VectorBatch } from "../../../core/values/vector.ts";
import { readColumn } from "./values.ts";

/** Rows of one batch; less than a chunk more at most. */
const batchRows = 8192;
const chunkRows = 2048;

/** The rows of a SELECT whose columns are plain values of `types` (core/offline/duckdb/types.ts). */
export async function* streamVectors(
	connection: DuckDBConnection,
	sql: string,
	types: readonly ValueType[],
): AsyncGenerator<VectorBatch> {
	const result = await connection.stream(sql);
	const newColumns = (): GatheredColumn[] => types.map(gatheredColumn);
	let columns = newColumns();
	let rowCount = 0;
	const batch = (): VectorBatch => ({ rowCount, columns: columns.map((column) => column.vector(rowCount)) });
	for (let chunk = await result.fetchChunk(); chunk !== null && chunk.rowCount > 0; chunk = await result.fetchChunk()) {
		for (const [index, column] of columns.entries()) column.add(chunk, index, rowCount);
		rowCount += chunk.rowCount;
		if (rowCount < batchRows) continue;
		yield batch();
		columns = newColumns();
		rowCount = 0;
	}
	if (rowCount > 0) yield batch();
}

/** One column of the chunks of a batch. */
interface GatheredColumn {
	/** `offset`: the rows before. */
	add(chunk: DuckDBDataChunk, index: number, offset: number): void;
	vector(rowCount: number): Vector;
}

function gatheredColumn(type: ValueType): GatheredColumn {
	const items = fixedItems(type, batchRows + chunkRows);
	return items === null ? plainColumn(type) : fixedColumn(items);
}

function plainColumn(type: ValueType): GatheredColumn {
	const values: Value[] = [];
	return {
		add: (chunk, index) => readColumn(chunk, index, type, values),
		vector: () => values,
	};
}

function fixedColumn(items: FixedItems): GatheredColumn {
	const width = items.BYTES_PER_ELEMENT;
	const bytes = new Uint8Array(items.buffer);
	let nulls: Uint8Array | null = null;
	return {
		add({ chunk, rowCount }, index, offset) {
			const vector = duckdb.data_chunk_get_vector(chunk, index);
			bytes.set(duckdb.vector_get_data(vector, rowCount * width), offset * width);
			// Nothing, whatever its type says, where no value is null.
			const valid = duckdb.vector_get_validity(vector, Math.ceil(rowCount / 64) * 8) as Uint8Array | null;
			if (valid === null) return;
			nulls ??= new Uint8Array(items.length);
			for (let row = 0; row < rowCount; row++) {
				nulls[offset + row] = 1 - (((valid[row >> 3] as number) >> (row & 7)) & 1);
			}
		},
		vector: (rowCount) => ({ items: items.subarray(0, rowCount), nulls: nulls?.subarray(0, rowCount) ?? null }),
	};
}
