/** Arrow IPC files and streams, record batch by record batch. */
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { CompressionType, compressionRegistry, RecordBatchReader } from "apache-arrow";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Column } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import { type ArrowColumn, arrowColumnOf } from "./arrow-values.ts";
import { mostBatchBytes, verifyArrowFile } from "./verify-file.ts";
import { isWhole } from "./whole-column.ts";

/** Rows of one batch that leaves. */
const batchRows = 8192;

/** What the buffers of a body may still come to, decompressed: a few bytes can say that they are gigabytes. */
const bytesLeft = new WeakMap<ArrayBufferLike, number>();

compressionRegistry.set(CompressionType.ZSTD, {
	decode(bytes) {
		const left = bytesLeft.get(bytes.buffer) ?? mostBatchBytes;
		const decompressed = zstdDecompressSync(bytes, { maxOutputLength: Math.max(1, left) });
		bytesLeft.set(bytes.buffer, left - decompressed.length);
		return decompressed;
	},
});

/**
 * The columns of a file and its rows. Columns of types that we lack are left out. Memory is that of one record batch
 * of the file, whatever the file says of itself. Unreadable: UNREADABLE_FILE.
 */
export async function readArrowFile(
	path: string,
	signal: AbortSignal,
): Promise<{ readonly columns: readonly Column[]; readonly batches: AsyncIterable<ColumnBatch> }> {
	const { file, reader } = await openVerified(path);
	try {
		const wanted = reader.schema.fields
			.map((field, index) => arrowColumnOf(field, index))
			.filter((found) => found !== null);
		return { columns: wanted.map(({ column }) => column), batches: rowsOf(wanted, path, signal) };
	} catch (error) {
		throw unreadable(error, path);
	} finally {
		await file.close();
	}
}

async function openVerified(path: string) {
	const file = await open(path).catch((error: unknown) => {
		throw unreadable(error, path);
	});
	try {
		await verifyArrowFile(file);
		return { file, reader: await (await RecordBatchReader.from(file)).open() };
	} catch (error) {
		await file.close();
		throw unreadable(error, path);
	}
}

/** Opens the file anew when the first batch is asked for: batches that nobody reads hold none. */
async function* rowsOf(wanted: readonly ArrowColumn[], path: string, signal: AbortSignal): AsyncGenerator<ColumnBatch> {
	const { file, reader } = await openVerified(path);
	try {
		for await (const batch of reader) {
			// A file without a record batch yields a placeholder, which has no columns.
			if (batch.numRows === 0) continue;
			if (wanted.length === 0) throw new Error("no column has a type that is read");
			const readers = wanted.map(({ index, read }) => {
				const data = batch.data.children[index];
				if (data === undefined || !isWhole(data, batch.numRows)) throw new Error(`column ${index} is cut off`);
				return read(data);
			});
			for (let start = 0; start < batch.numRows; start += batchRows) {
				signal.throwIfAborted();
				const rowCount = Math.min(batchRows, batch.numRows - start);
				const rows = Array.from({ length: rowCount }, (_, row) => start + row);
				yield { rowCount, columns: readers.map((valueAt) => rows.map(valueAt)) };
			}
		}
	} catch (error) {
		throw signal.aborted ? signal.reason : unreadable(error, path);
	} finally {
		await file.close();
	}
}

function unreadable(error: unknown, path: string): unknown {
	if (error instanceof FeaturegraphError || !(error instanceof Error)) return error;
	return new FeaturegraphError(
		"UNREADABLE_FILE",
		`The Arrow file ${basename(path)} cannot be read: ${error.message.replaceAll(path, basename(path))}.`,
		{
			name: basename(path),
			hint: "Write it as an Arrow IPC file or stream, uncompressed or with ZSTD, in record batches of at most 512 MiB.",
		},
		{ cause: error },
	);
}
