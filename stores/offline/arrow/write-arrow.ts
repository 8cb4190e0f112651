/** Frames as Arrow IPC files, batch by batch: values go into the buffers of their types as they are. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AsyncByteQueue, Data, RecordBatch, RecordBatchFileWriter, Schema, Struct } from "apache-arrow";
import type { Column } from "../../../core/values/type.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";
import { dataOf, fieldOf } from "./arrow-data.ts";

/** Writes an Arrow IPC file (the random access format, uncompressed). Memory is that of one batch. */
export async function writeArrowFile(
	path: string,
	columns: readonly Column[],
	batches: AsyncIterable<ColumnBatch>,
): Promise<void> {
	const bytes = Readable.from(fileBytes(columns, batches), { objectMode: true, highWaterMark: 2 });
	await pipeline(bytes, createWriteStream(path));
}

/** What the writer writes, to be taken before it goes on: its own queue has no bound. */
class Sink extends AsyncByteQueue {
	#pending: Uint8Array[] = [];

	override write(bytes: Uint8Array): void {
		// The buffers of a batch are not written to again.
		this.#pending.push(bytes);
	}

	take(): Buffer {
		const taken = Buffer.concat(this.#pending);
		this.#pending = [];
		return taken;
	}
}

async function* fileBytes(columns: readonly Column[], batches: AsyncIterable<ColumnBatch>): AsyncGenerator<Buffer> {
	const schema = new Schema(columns.map(fieldOf));
	const sink = new Sink();
	const writer = new RecordBatchFileWriter();
	writer.reset(sink, schema);
	yield sink.take();
	for await (const { rowCount, columns: values } of batches) {
		if (rowCount === 0) continue;
		const children = columns.map(({ type }, index) => dataOf(values[index] ?? [], type));
		const rows = new Data(new Struct(schema.fields), 0, rowCount, 0, {}, children);
		writer.write(new RecordBatch(schema, rows));
		yield sink.take();
	}
	writer.finish();
	yield sink.take();
}
