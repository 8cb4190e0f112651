/** Small tables as Arrow IPC streams, in memory: bodies of requests, which may be anything, and of answers. */
import {
	Data,
	DataType,
	MessageHeader,
	MessageReader,
	RecordBatch,
	RecordBatchReader,
	RecordBatchStreamWriter,
	Schema,
	Struct,
} from "apache-arrow";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { ArrowStreams, ReceivedColumn, ReceivedRows } from "../../../core/ports/arrow-streams.ts";
import type { Value } from "../../../core/values/value.ts";
import { dataOf, fieldOf } from "./arrow-data.ts";
import { arrowColumnOf } from "./arrow-values.ts";

export const arrowStreams: ArrowStreams = {
	read(bytes, mostRows) {
		try {
			admit(bytes, mostRows);
			return received(RecordBatchReader.from(bytes));
		} catch (error) {
			throw error instanceof FeaturegraphError ? error : unreadable(error);
		}
	},

	write(columns, rowCount, metadata) {
		const schema = new Schema(columns.map(fieldOf), new Map(Object.entries(metadata)));
		const children = columns.map(({ values, type }) => dataOf(values, type));
		const rows = new Data(new Struct(schema.fields), 0, rowCount, 0, {}, children);
		const writer = new RecordBatchStreamWriter();
		writer.reset(undefined, schema);
		writer.write(new RecordBatch(schema, rows));
		writer.finish();
		return writer.toUint8Array(true);
	},
};

/** Looks at the messages alone: what a stream claims to hold is bounded before anything of it is read or unpacked. */
function admit(bytes: Uint8Array, mostRows: number): void {
	let rowCount = 0;
	for (const message of new MessageReader(bytes)) {
		if (message.headerType === MessageHeader.Schema) continue;
		const header = message.header() as { readonly length: number; readonly compression?: unknown };
		if ((header.compression ?? null) !== null) throw new Error("its buffers are compressed");
		if (!(header.length >= 0)) throw new Error("a batch has a length that is none");
		if (message.headerType === MessageHeader.RecordBatch) rowCount += header.length;
	}
	if (rowCount > mostRows) {
		throw new FeaturegraphError("LIMIT_EXCEEDED", `${rowCount} rows in one request; at most ${mostRows} are taken.`, {
			name: "rows",
			hint: "Read them in parts, or draw a training set.",
		});
	}
}

function received(reader: RecordBatchReader): ReceivedRows {
	reader.open();
	// What is no Arrow at all is taken for a stream that ended before it began.
	if ((reader as { readonly schema?: Schema }).schema === undefined) throw new Error("it has no schema");
	const batches = [...reader].filter(({ numRows }) => numRows > 0);
	const columns = new Map<string, ReceivedColumn>();
	for (const [index, field] of reader.schema.fields.entries()) {
		const found = arrowColumnOf(field, index);
		if (found === null) continue;
		const { column, read } = found;
		const values = (): readonly Value[] => {
			const all: Value[] = [];
			for (const { data, numRows } of batches) {
				const child = data.children[index];
				if (child === undefined || !isWhole(child, numRows)) throw unreadable(new Error("a buffer is cut off"));
				const valueAt = read(child);
				for (let row = 0; row < numRows; row++) all.push(valueAt(row) ?? null);
			}
			return all;
		};
		columns.set(column.name, { type: column.type, values });
	}
	return { rowCount: batches.reduce((sum, { numRows }) => sum + numRows, 0), columns };
}

/** Are the buffers as long as the number of rows wants them? */
function isWhole({ type, valueOffsets, values, children }: Data, rowCount: number): boolean {
	const arrowType = type as DataType;
	if (DataType.isBool(arrowType)) return (values as Uint8Array).length * 8 >= rowCount;
	if (DataType.isUtf8View(arrowType) || DataType.isFixedSizeBinary(arrowType)) return true;
	const offsets = valueOffsets as Int32Array | BigInt64Array | undefined;
	if (offsets !== undefined) {
		const held = values === undefined ? (children[0]?.length ?? 0) : (values as Uint8Array).length;
		return offsets.length > rowCount && Number(offsets[rowCount]) <= held;
	}
	return values === undefined || (values as ArrayLike<unknown>).length >= rowCount;
}

const unreadable = (error: unknown): FeaturegraphError =>
	new FeaturegraphError(
		"BAD_USER_INPUT",
		`The body cannot be read as an Arrow stream: ${(error instanceof Error ? error.message : String(error)).slice(0, 200)}.`,
		{ hint: "Send an Arrow IPC stream, uncompressed." },
		{ cause: error },
	);
