/** Rows as `COPY … (FORMAT binary)` writes them, decoded into columns of plain values. */
import type { ScalarType, ValueType } from "../../../core/values/type.ts";
import type { ColumnBatch, ScalarValue, Value } from "../../../core/values/value.ts";

/** Signature, flags and the length of an extension. */
const headerBytes = 19;
const batchRows = 8192;

type Decode<T> = (bytes: Buffer, at: number, length: number) => T;

export async function* binaryRows(
	chunks: AsyncIterable<Buffer>,
	types: readonly ValueType[],
): AsyncGenerator<ColumnBatch> {
	const decoders = types.map(decoderOf);
	let columns: Value[][] = types.map(() => []);
	let rowCount = 0;
	let rest: Buffer = Buffer.alloc(0);
	let isHeaderRead = false;
	for await (const chunk of chunks) {
		const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
		let at = 0;
		if (!isHeaderRead) {
			if (bytes.length < headerBytes || bytes.length < headerBytes + bytes.readInt32BE(headerBytes - 4)) {
				rest = bytes;
				continue;
			}
			at = headerBytes + bytes.readInt32BE(headerBytes - 4);
			isHeaderRead = true;
		}
		for (let end = endOfRow(bytes, at); end !== -1; end = endOfRow(bytes, at)) {
			at += 2;
			for (let c = 0; c < decoders.length; c++) {
				const length = bytes.readInt32BE(at);
				at += 4;
				const column = columns[c] as Value[];
				if (length === -1) column.push(null);
				else {
					column.push((decoders[c] as Decode<Value>)(bytes, at, length));
					at += length;
				}
			}
			rowCount += 1;
			if (rowCount < batchRows) continue;
			yield { rowCount, columns };
			columns = types.map(() => []);
			rowCount = 0;
		}
		rest = bytes.subarray(at);
	}
	if (rowCount > 0) yield { rowCount, columns };
}

/** Where the row that begins at `start` ends; -1 where it is not whole, or no row. */
function endOfRow(bytes: Buffer, start: number): number {
	if (start + 2 > bytes.length) return -1;
	const fields = bytes.readInt16BE(start);
	let at = start + 2;
	for (let field = 0; field < fields; field++) {
		if (at + 4 > bytes.length) return -1;
		const length = bytes.readInt32BE(at);
		at += 4 + (length === -1 ? 0 : length);
	}
	return fields === -1 || at > bytes.length ? -1 : at;
}

const decoderOf = ({ scalar, isArray }: ValueType): Decode<Value> =>
	isArray ? arrayDecoder(scalars[scalar]) : scalars[scalar];

const scalars: Readonly<Record<ScalarType, Decode<ScalarValue>>> = {
	BOOL: (bytes, at) => bytes[at] === 1,
	INT32: (bytes, at) => bytes.readInt32BE(at),
	INT64: (bytes, at) => bytes.readBigInt64BE(at),
	FLOAT32: (bytes, at) => bytes.readFloatBE(at),
	FLOAT64: (bytes, at) => bytes.readDoubleBE(at),
	STRING: (bytes, at, length) => bytes.toString("utf8", at, at + length),
	BYTES: (bytes, at, length) => new Uint8Array(bytes.subarray(at, at + length)),
	TIMESTAMP: (bytes, at) => bytes.readBigInt64BE(at),
	DATE: (bytes, at) => bytes.readInt32BE(at),
	JSON: (bytes, at, length) => bytes.toString("utf8", at, at + length),
};

/** Dimensions, flags and the element type; size and lower bound of the one dimension; the elements. */
function arrayDecoder(decode: Decode<ScalarValue>): Decode<Value> {
	return (bytes, start) => {
		if (bytes.readInt32BE(start) === 0) return [];
		const count = bytes.readInt32BE(start + 12);
		const elements: (ScalarValue | null)[] = [];
		let at = start + 20;
		for (let n = 0; n < count; n++) {
			const length = bytes.readInt32BE(at);
			at += 4;
			elements.push(length === -1 ? null : decode(bytes, at, length));
			if (length > 0) at += length;
		}
		return elements;
	};
}
