import type { Data } from "apache-arrow";
import { endOfStream, type StreamTemplate } from "./stream-template.ts";

/** A stream of one batch: the template's messages with the batch's numbers, and its buffers copied once. */
export function writeStream(template: StreamTemplate, columns: readonly Data[], rowCount: number): Uint8Array {
	const nodes: number[] = [];
	const buffers: ArrayBufferView[] = [];
	for (const column of columns) collect(column, nodes, buffers);
	const bodyLength = buffers.reduce((sum, { byteLength }) => sum + padded(byteLength), 0);

	const { schema, batch } = template;
	const bodyAt = schema.length + batch.length;
	const stream = Buffer.allocUnsafe(bodyAt + bodyLength + endOfStream.length);
	stream.set(schema);
	stream.set(batch, schema.length);
	const view = new DataView(stream.buffer, stream.byteOffset, stream.byteLength);
	const put = (place: number | undefined, number: number): void => {
		const at = schema.length + (place ?? 0);
		view.setUint32(at, number, true);
		view.setUint32(at + 4, Math.floor(number / 2 ** 32), true);
	};
	put(template.rowCount, rowCount);
	put(template.bodyLength, bodyLength);
	for (const [index, number] of nodes.entries()) put(template.nodes[index], number);
	let offset = 0;
	for (const [index, { buffer, byteOffset, byteLength }] of buffers.entries()) {
		put(template.buffers[2 * index], offset);
		put(template.buffers[2 * index + 1], byteLength);
		if (byteLength === 0) continue;
		const end = bodyAt + offset + byteLength;
		stream.set(new Uint8Array(buffer, byteOffset, byteLength), bodyAt + offset);
		offset += padded(byteLength);
		if (end < bodyAt + offset) stream.fill(0, end, bodyAt + offset);
	}
	stream.set(endOfStream, bodyAt + bodyLength);
	return stream;
}

const padded = (length: number): number => Math.ceil(length / 8) * 8;
const nothing = new Uint8Array();

/** Nodes and buffers in the order of the format: a column, then its elements. */
function collect(
	{ length, nullCount, nullBitmap, valueOffsets, values, children }: Data,
	nodes: number[],
	buffers: ArrayBufferView[],
): void {
	nodes.push(length, nullCount);
	buffers.push(nullCount === 0 ? nothing : nullBitmap);
	if ((valueOffsets as ArrayBufferView | undefined) !== undefined) buffers.push(valueOffsets as ArrayBufferView);
	if (children.length === 0) buffers.push(values as ArrayBufferView);
	for (const child of children) collect(child, nodes, buffers);
}
