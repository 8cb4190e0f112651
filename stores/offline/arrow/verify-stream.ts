/**
 * Is this an Arrow IPC stream that may be read? Arrow's own reader trusts every count and offset in the messages, and
 * can be led to run for ever: here each is held against the bytes that are there. An access beyond them is a RangeError.
 */
import { type Allowances, type ColumnNodes, headerTypes, Metadata } from "./message-metadata.ts";

/** What the messages say. */
export interface VerifiedStream {
	readonly rowCount: number;
}

const continuation = 0xffff_ffff;
const plain: Allowances = { dictionaries: false, views: false, decompressedBytes: 0 };

/** Throws an Error with the reason, to be shown, for what may not be read. */
export function verifyArrowStream(bytes: Uint8Array): VerifiedStream {
	const frames = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let rowCount = 0;
	let columns: ColumnNodes | null = null;
	let position = 0;
	while (position < bytes.length) {
		if (frames.getUint32(position, true) !== continuation) throw new Error("a message does not begin as one");
		const length = frames.getUint32(position + 4, true);
		if (length === 0) break;
		const metadata = new Metadata(new DataView(bytes.buffer, bytes.byteOffset + position + 8, length), plain);
		const bodyAt = position + 8 + length;
		const { type, header, bodyLength } = metadata.message();
		if (bodyLength > bytes.length - bodyAt) throw new Error("it is cut off");
		if (type === headerTypes.schema && columns === null) {
			columns = metadata.schema(header);
			// Arrow's reader does not skip one.
			if (bodyLength > 0) throw new Error("its schema has a body");
		} else if (type === headerTypes.recordBatch && columns !== null) {
			rowCount += metadata.recordBatch(header, bodyLength, columns);
		} else {
			throw new Error("it has a message that is neither its schema nor a plain batch of rows");
		}
		position = bodyAt + bodyLength;
	}
	if (columns === null) throw new Error("it has no schema");
	return { rowCount };
}
