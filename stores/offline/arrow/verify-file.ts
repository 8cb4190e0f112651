/**
 * Is this an Arrow IPC file or stream on disk that may be read? What its messages say is held against the bytes that are
 * there, message by message; the rows themselves are not read.
 */
import type { FileHandle } from "node:fs/promises";
import { type Allowances, type Block, type ColumnNodes, headerTypes, Metadata } from "./message-metadata.ts";

/** Of one record batch, which is in memory as a whole: as it lies in the file, and decompressed. */
export const mostBatchBytes = 512 * 1024 ** 2;
/** Of what one message says of its columns and buffers. */
const mostMetadataBytes = 32 * 1024 ** 2;

const allowed: Allowances = { dictionaries: true, views: true, decompressedBytes: mostBatchBytes };
const magic = "ARROW1";
/** The length of the footer, and the magic once more. */
const endBytes = 4 + magic.length;
const continuation = 0xffff_ffff;

/** Throws an Error with the reason, to be shown, for what may not be read. */
export async function verifyArrowFile(file: FileHandle): Promise<void> {
	const { size } = await file.stat();
	const begin = await bytesAt(file, size, 0, Math.min(size, 8));
	const isFile = Buffer.from(begin.buffer).toString("latin1", 0, magic.length) === magic;
	await (isFile ? verifyFooter(file, size) : verifyMessages(file, size));
}

async function verifyFooter(file: FileHandle, size: number): Promise<void> {
	const end = await bytesAt(file, size, size - endBytes, endBytes);
	if (Buffer.from(end.buffer).toString("latin1", 4) !== magic) throw new Error("it is cut off");
	const length = end.getUint32(0, true);
	const { nodes, dictionaries, batches } = new Metadata(
		await bytesAt(file, size, size - endBytes - length, length),
		allowed,
	).footer();
	let claimed = 0;
	const verify = async (block: Block, wanted: number): Promise<void> => {
		const message = await messageAt(file, size, block.offset, nodes);
		if (message?.type !== wanted) throw new Error("its footer leads elsewhere");
		// The same bytes named again and again are more rows than anybody sent.
		claimed += message.end - block.offset;
		if (claimed > size) throw new Error("its footer names more than it has");
	};
	for (const block of dictionaries) await verify(block, headerTypes.dictionaryBatch);
	for (const block of batches) await verify(block, headerTypes.recordBatch);
}

async function verifyMessages(file: FileHandle, size: number): Promise<void> {
	let position = 0;
	let columns: ColumnNodes | null = null;
	while (position < size) {
		const message = await messageAt(file, size, position, columns);
		if (message === null) break;
		if (message.type === headerTypes.schema && columns !== null) throw new Error("it has two schemas");
		columns = message.columns;
		position = message.end;
	}
	if (columns === null) throw new Error("it is neither an Arrow file nor a stream");
}

/** What begins there, verified; null: the end of a stream. */
async function messageAt(
	file: FileHandle,
	size: number,
	position: number,
	columns: ColumnNodes | null,
): Promise<{ readonly type: number; readonly columns: ColumnNodes; readonly end: number } | null> {
	const first = (await bytesAt(file, size, position, 4)).getUint32(0, true);
	// Streams of old begin with the length.
	const prefix = first === continuation ? 8 : 4;
	const length = prefix === 4 ? first : (await bytesAt(file, size, position + 4, 4)).getUint32(0, true);
	if (length === 0) return null;
	const metadata = new Metadata(await bytesAt(file, size, position + prefix, length), allowed);
	const { type, header, bodyLength } = metadata.message();
	const end = position + prefix + length + bodyLength;
	if (end > size) throw new Error("it is cut off");
	if (bodyLength > mostBatchBytes) throw new Error(`a record batch has more than ${mostBatchBytes} bytes`);
	if (type === headerTypes.schema) {
		// Arrow's reader does not skip one.
		if (bodyLength > 0) throw new Error("its schema has a body");
		return { type, columns: metadata.schema(header), end };
	}
	if (columns === null) throw new Error("it has no schema");
	if (type === headerTypes.recordBatch) metadata.recordBatch(header, bodyLength, columns);
	else if (type === headerTypes.dictionaryBatch) metadata.dictionaryBatch(header, bodyLength);
	else throw new Error("it has a message that is neither its schema nor rows nor a dictionary");
	return { type, columns, end };
}

async function bytesAt(file: FileHandle, size: number, position: number, length: number): Promise<DataView> {
	if (position < 0 || position + length > size) throw new Error("it is cut off");
	if (length > mostMetadataBytes) throw new Error(`a message says more than ${mostMetadataBytes} bytes of itself`);
	const bytes = new Uint8Array(length);
	const { bytesRead } = await file.read(bytes, 0, length, position);
	if (bytesRead < length) throw new Error("it is cut off");
	return new DataView(bytes.buffer);
}
