/**
 * The bytes of a stream that are the same for every table of a schema, made once by Arrow's own writer: the schema's
 * message, and the message of a batch with the places where its numbers stand.
 */
import { DataType, type Field, RecordBatchStreamWriter, Schema } from "apache-arrow";
import { BufferRegion, FieldNode, Message, RecordBatch } from "apache-arrow/ipc/metadata/message";

export interface StreamTemplate {
	/** The schema's message, whole. */
	readonly schema: Uint8Array;
	/** A batch's message, whole, with false numbers. */
	readonly batch: Uint8Array;
	/** Places in `batch` of 64-bit numbers: the row count, the length of the body, */
	readonly rowCount: number;
	readonly bodyLength: number;
	/** length and null count of each node, and offset and length of each buffer. */
	readonly nodes: readonly number[];
	readonly buffers: readonly number[];
}

/** Ends a stream. */
export const endOfStream = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0);

/** Numbers that occur nowhere else in a message. */
const sentinels = 4_000_000_000_000_000;

export function streamTemplate(fields: Field[], metadata: Readonly<Record<string, string>>): StreamTemplate {
	const types = fields.flatMap(nodeTypes);
	const bufferCount = types.reduce((sum, type) => sum + buffersOf(type), 0);
	let next = sentinels;
	const nodes = types.map(() => new FieldNode(next++, next++));
	const buffers = Array.from({ length: bufferCount }, () => new BufferRegion(next++, next++));
	const message = Message.from(new RecordBatch(next++, nodes, buffers, null), next++);
	const batch = encapsulated(Message.encode(message));
	const placeOf = (number: number): number => {
		const bytes = Buffer.alloc(8);
		bytes.writeBigInt64LE(BigInt(number));
		const place = Buffer.from(batch.buffer, batch.byteOffset, batch.length).indexOf(bytes);
		if (place < 0) throw new Error("A number of a batch was not found in its message.");
		return place;
	};
	const last = next - 1;
	const firstOfBuffers = sentinels + 2 * types.length;
	const places = (first: number, count: number): number[] =>
		Array.from({ length: 2 * count }, (_, index) => placeOf(first + index));
	return {
		schema: schemaMessage(new Schema(fields, new Map(Object.entries(metadata)))),
		batch,
		rowCount: placeOf(last - 1),
		bodyLength: placeOf(last),
		nodes: places(sentinels, types.length),
		buffers: places(firstOfBuffers, bufferCount),
	};
}

/** What a stream of no batch begins with. */
function schemaMessage(schema: Schema): Uint8Array {
	const writer = new RecordBatchStreamWriter();
	writer.reset(undefined, schema);
	writer.finish();
	return writer.toUint8Array(true).slice(0, -endOfStream.length);
}

/** A message with what stands before it, padded to eight bytes. */
function encapsulated(message: Uint8Array): Uint8Array {
	const length = Math.ceil(message.length / 8) * 8;
	const bytes = Buffer.alloc(8 + length);
	bytes.writeUInt32LE(0xffff_ffff, 0);
	bytes.writeUInt32LE(length, 4);
	bytes.set(message, 8);
	return bytes;
}

const nodeTypes = ({ type }: Field): DataType[] => [
	type as DataType,
	...((type as DataType).children ?? []).flatMap((child) => nodeTypes(child)),
];

/** Of one node: which values are there, offsets where their widths differ, values where it has its own. */
function buffersOf(type: DataType): number {
	if (DataType.isUtf8(type) || DataType.isBinary(type)) return 3;
	return 2;
}
