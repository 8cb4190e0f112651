/**
 * Reads an Arrow IPC stream, which may be anything. Arrow's own reader trusts every count and offset in the messages, and
 * can be led to run for ever: here each is held against the bytes that are there. An access beyond them is a RangeError.
 */
import type { Data, Field } from "apache-arrow";
import { Message } from "apache-arrow/ipc/metadata/message";
import { VectorLoader } from "apache-arrow/visitor/vectorloader";
import { LRUCache } from "lru-cache";
import { type Allowances, type ColumnNodes, headerTypes, Metadata } from "./message-metadata.ts";

export interface StreamBatch {
	readonly rowCount: number;
	/** Of the fields, in their order; whether they are whole is not known. */
	readonly columns: readonly Data[];
}

export interface ArrowStream {
	/** The same list for streams that begin with the same bytes. */
	readonly fields: readonly Field[];
	readonly batches: readonly StreamBatch[];
}

interface StreamSchema {
	readonly fields: readonly Field[];
	readonly nodes: ColumnNodes;
}

const continuation = 0xffff_ffff;
const plain: Allowances = { dictionaries: false, views: false, decompressedBytes: 0 };

/** Throws an Error with the reason, to be shown, for what may not be read; `admit` is told of each batch's rows before. */
export function readArrowStream(bytes: Uint8Array, admit: (rowCount: number) => void): ArrowStream {
	const frames = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const batches: StreamBatch[] = [];
	let schema: StreamSchema | null = null;
	let position = 0;
	while (position < bytes.length) {
		if (frames.getUint32(position, true) !== continuation) throw new Error("a message does not begin as one");
		const length = frames.getUint32(position + 4, true);
		if (length === 0) break;
		// What the buffer has behind the stream may be somebody else's.
		if (length > bytes.length - position - 8) throw new Error("it is cut off");
		const bodyAt = position + 8 + length;
		if (schema === null) {
			schema = schemaIn(bytes, position + 8, length);
			position = bodyAt;
			continue;
		}
		const metadata = new Metadata(new DataView(bytes.buffer, bytes.byteOffset + position + 8, length), plain);
		const { type, header, bodyLength } = metadata.message();
		if (bodyLength > bytes.length - bodyAt) throw new Error("it is cut off");
		if (type !== headerTypes.recordBatch) {
			throw new Error("it has a message that is neither its schema nor a plain batch of rows");
		}
		const { rowCount, nodes, buffers } = metadata.recordBatch(header, bodyLength, schema.nodes);
		admit(rowCount);
		if (rowCount > 0) {
			const body = bytes.subarray(bodyAt, bodyAt + bodyLength);
			const loader = new VectorLoader(body, [...nodes], [...buffers], new Map());
			batches.push({ rowCount, columns: loader.visitMany([...schema.fields]) });
		}
		position = bodyAt + bodyLength;
	}
	if (schema === null) throw new Error("it has no schema");
	return { fields: schema.fields, batches };
}

/** Clients send one schema again and again. */
const schemas = new LRUCache<string, StreamSchema>({ max: 200 });
const longestKept = 20_000;
const longestNameTold = 100;

function schemaIn(bytes: Uint8Array, at: number, length: number): StreamSchema {
	const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const name = length > longestKept ? null : text.toString("latin1", at, at + length);
	const known = name === null ? undefined : schemas.get(name);
	if (known !== undefined) return known;
	const metadata = new Metadata(new DataView(bytes.buffer, bytes.byteOffset + at, length), plain);
	const { type, header, bodyLength } = metadata.message();
	if (type !== headerTypes.schema) throw new Error("it does not begin with its schema");
	if (bodyLength > 0) throw new Error("its schema has a body");
	const nodes = metadata.schema(header);
	const { fields } = Message.decode(bytes.slice(at, at + length)).header() as { readonly fields: readonly Field[] };
	checkNames(fields);
	const schema = { fields, nodes };
	if (name !== null) schemas.set(name, schema);
	return schema;
}

/** Arrow takes columns without a name, and several of one name: nobody could say which of them is meant. */
function checkNames(fields: readonly { readonly name: string | null }[]): void {
	const seen = new Set<string>();
	for (const { name } of fields) {
		if (name === null) throw new Error("a column has no name");
		if (seen.has(name)) throw new Error(`the column ${JSON.stringify(name.slice(0, longestNameTold))} stands twice`);
		seen.add(name);
	}
}
