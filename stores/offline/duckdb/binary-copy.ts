/**
 * Rows as PostgreSQL's `COPY … (FORMAT binary)` writes them, put into DuckDB's vectors as they come: no row is an object of
 * JavaScript's in between, and no number is one either.
 */
import {
	blobValue,
	DuckDBDataChunk,
	type DuckDBType,
	type DuckDBValue,
	type DuckDBVector,
	listValue,
} from "@duckdb/node-api";
import type { ScalarType, ValueType } from "../../../core/values/type.ts";
import { chunkType } from "./values.ts";
import { vectorBytes } from "./vector-bytes.ts";

/** One column on the wire. */
export interface WireColumn {
	readonly type: ValueType;
	/** A time of PostgreSQL's own type, not microseconds since 1970. */
	readonly isNativeTime: boolean;
}

/** Signature, flags and the length of an extension. */
const headerBytes = 19;
/** What DuckDB moves at once. */
const chunkRows = 2048;
/** So much is gathered before it is looked at. */
const gatherBytes = 512 * 1024;

/**
 * The rows in chunks, in order. A chunk counts until the next one is asked for: where all values have one width, they are
 * all the same one, since new ones would be garbage as fast as rows come.
 */
export class BinaryCopy {
	readonly #types: readonly DuckDBType[];
	readonly #scalars: readonly ScalarType[];
	readonly #fills: readonly Fill[];
	readonly #rows: RowOffsets;
	/** Rows that were null in `#whole`, by column; null where a column has values of any length. */
	readonly #nulls: readonly number[][] | null;
	#whole: DuckDBDataChunk | null = null;

	constructor(columns: readonly WireColumn[]) {
		this.#types = columns.map(({ type }) => chunkType(type));
		this.#scalars = columns.map(({ type }) => type.scalar);
		this.#fills = columns.map(fillOf);
		this.#rows = new RowOffsets(columns.length);
		this.#nulls = columns.every(({ type }) => type.scalar in zeros && !type.isArray) ? columns.map(() => []) : null;
	}

	async *chunks(buffers: AsyncIterable<Buffer> | Iterable<Buffer>): AsyncGenerator<DuckDBDataChunk> {
		let rest: Buffer = Buffer.alloc(0);
		let isHeaderRead = false;
		for await (const { bytes: more, isLast } of gathered(buffers, () => rest.length)) {
			const bytes = rest.length === 0 ? more : Buffer.concat([rest, more]);
			let at = 0;
			if (!isHeaderRead) {
				if (bytes.length < headerBytes) throw new Error("PostgreSQL sent less than the head of a binary COPY.");
				at = headerBytes + bytes.readInt32BE(headerBytes - 4);
				isHeaderRead = true;
			}
			for (;;) {
				const count = this.#rows.find(bytes, at);
				if (count === 0 || (count < chunkRows && !isLast)) break;
				yield this.#chunkOf(bytes, count);
				at = this.#rows.end;
			}
			rest = bytes.subarray(at);
		}
	}

	#chunkOf(bytes: Buffer, count: number): DuckDBDataChunk {
		const isWhole = count === chunkRows && this.#nulls !== null;
		const chunk = isWhole && this.#whole !== null ? this.#whole : DuckDBDataChunk.create(this.#types, count);
		if (isWhole) this.#whole = chunk;
		for (const [index, fill] of this.#fills.entries()) {
			const vector = chunk.getColumnVector(index);
			const nulls = isWhole ? (this.#nulls?.[index] ?? []) : [];
			for (const row of nulls) vector.setItem(row, zeros[this.#scalars[index] ?? "INT64"] ?? null);
			nulls.length = 0;
			fill(vector, bytes, this.#rows.offsets.subarray(index * chunkRows, index * chunkRows + count), nulls);
			vector.flush();
		}
		return chunk;
	}
}

/** Values of one width, and one of each. */
const zeros: Partial<Record<ScalarType, DuckDBValue>> = {
	BOOL: false,
	INT32: 0,
	INT64: 0n,
	FLOAT32: 0,
	FLOAT64: 0,
	TIMESTAMP: 0n,
	DATE: 0,
};

/** Joins small buffers. The longer the rest of a row that is not whole, the more: it is not to be looked at again and again. */
async function* gathered(
	buffers: AsyncIterable<Buffer> | Iterable<Buffer>,
	restBytes: () => number,
): AsyncGenerator<{ readonly bytes: Buffer; readonly isLast: boolean }> {
	let parts: Buffer[] = [];
	let length = 0;
	for await (const buffer of buffers) {
		if (length >= Math.max(gatherBytes, restBytes())) {
			yield { bytes: Buffer.concat(parts), isLast: false };
			parts = [];
			length = 0;
		}
		parts.push(buffer);
		length += buffer.length;
	}
	if (length > 0) yield { bytes: Buffer.concat(parts), isLast: true };
}

/** Where the values of up to one chunk of rows begin. */
class RowOffsets {
	/** By column, `chunkRows` of each; -1: null. */
	readonly offsets: Int32Array;
	/** Behind the last whole row that was found. */
	end = 0;
	readonly #columnCount: number;

	constructor(columnCount: number) {
		this.#columnCount = columnCount;
		this.offsets = new Int32Array(chunkRows * columnCount);
	}

	/** Finds whole rows from `start` on; their number. */
	find(bytes: Buffer, start: number): number {
		const { offsets } = this;
		const columnCount = this.#columnCount;
		const { length } = bytes;
		let count = 0;
		this.end = start;
		while (count < chunkRows && this.end + 2 <= length) {
			const fields = bytes.readInt16BE(this.end);
			if (fields === -1) break;
			if (fields !== columnCount) throw new Error(`PostgreSQL sent ${fields} values of a row, not ${columnCount}.`);
			let at = this.end + 2;
			for (let c = 0; c < columnCount; c++) {
				if (at + 4 > length) return count;
				const valueBytes = bytes.readInt32BE(at);
				at += 4;
				offsets[c * chunkRows + count] = valueBytes === -1 ? -1 : at;
				if (valueBytes > 0) at += valueBytes;
			}
			if (at > length) return count;
			this.end = at;
			count += 1;
		}
		return count;
	}
}

/** Writes one column of a chunk, in which all values are valid: its values begin at `offsets`. Says which ones are null. */
type Fill = (vector: DuckDBVector, bytes: Buffer, offsets: Int32Array, nulls: number[]) => void;
type Read = (bytes: Buffer, at: number) => DuckDBValue;

function fillOf({ type: { scalar, isArray }, isNativeTime }: WireColumn): Fill {
	if (isArray) return fillWith(arrayOf(readers[scalar]));
	if (isNativeTime) return fillNativeTime;
	return fixedWidth[scalar] ?? fillWith(readers[scalar]);
}

const fillWith =
	(read: Read): Fill =>
	(vector, bytes, offsets, nulls) => {
		for (let row = 0; row < offsets.length; row++) {
			const at = offsets[row] as number;
			if (at === -1) setNull(vector, row, nulls);
			else vector.setItem(row, read(bytes, at));
		}
	};

function setNull(vector: DuckDBVector, row: number, nulls: number[]): void {
	vector.setItem(row, null);
	nulls.push(row);
}

/** Whatever the eight bytes are, they are turned around. */
const fillEight: Fill = (vector, bytes, offsets, nulls) => {
	const into = wordsOf(vector);
	for (let row = 0; row < offsets.length; row++) {
		const at = offsets[row] as number;
		if (at === -1) setNull(vector, row, nulls);
		else {
			into[2 * row] = bytes.readInt32BE(at + 4);
			into[2 * row + 1] = bytes.readInt32BE(at);
		}
	}
};

const fillFour: Fill = (vector, bytes, offsets, nulls) => {
	const into = wordsOf(vector);
	for (let row = 0; row < offsets.length; row++) {
		const at = offsets[row] as number;
		if (at === -1) setNull(vector, row, nulls);
		else into[row] = bytes.readInt32BE(at);
	}
};

/** The instant 2000-01-01 in microseconds, as two words. */
const epochLow = 0x3b37_e000;
const epochHigh = 0x0003_5d01;

/** From microseconds since 2000 to those since 1970. Infinite times are none. */
const fillNativeTime: Fill = (vector, bytes, offsets, nulls) => {
	const into = wordsOf(vector);
	for (let row = 0; row < offsets.length; row++) {
		const at = offsets[row] as number;
		const high = at === -1 ? 0 : bytes.readInt32BE(at);
		const low = at === -1 ? 0 : bytes.readInt32BE(at + 4);
		const isInfinite = (high === 0x7fff_ffff && low === -1) || (high === -0x8000_0000 && low === 0);
		if (at === -1 || isInfinite) {
			setNull(vector, row, nulls);
			continue;
		}
		const sum = (low >>> 0) + epochLow;
		into[2 * row] = sum;
		into[2 * row + 1] = high + epochHigh + (sum > 0xffff_ffff ? 1 : 0);
	}
};

function wordsOf(vector: DuckDBVector): Int32Array {
	const { buffer, byteOffset, byteLength } = vectorBytes(vector);
	return new Int32Array(buffer, byteOffset, byteLength / 4);
}

const fixedWidth: Partial<Record<ScalarType, Fill>> = {
	INT32: fillFour,
	DATE: fillFour,
	FLOAT32: fillFour,
	INT64: fillEight,
	FLOAT64: fillEight,
	TIMESTAMP: fillEight,
};

/** The length stands before the value. */
const endOf = (bytes: Buffer, at: number): number => at + bytes.readInt32BE(at - 4);
const readText: Read = (bytes, at) => bytes.toString("utf8", at, endOf(bytes, at));

const readers: Readonly<Record<ScalarType, Read>> = {
	BOOL: (bytes, at) => bytes[at] === 1,
	INT32: (bytes, at) => bytes.readInt32BE(at),
	INT64: (bytes, at) => bytes.readBigInt64BE(at),
	FLOAT32: (bytes, at) => bytes.readFloatBE(at),
	FLOAT64: (bytes, at) => bytes.readDoubleBE(at),
	STRING: readText,
	BYTES: (bytes, at) => blobValue(bytes.subarray(at, endOf(bytes, at))),
	TIMESTAMP: (bytes, at) => bytes.readBigInt64BE(at),
	DATE: (bytes, at) => bytes.readInt32BE(at),
	JSON: readText,
};

/** Dimensions, flags and the element type; size and lower bound of the one dimension; the elements. */
const arrayOf =
	(read: Read): Read =>
	(bytes, start) => {
		if (bytes.readInt32BE(start) === 0) return listValue([]);
		const count = bytes.readInt32BE(start + 12);
		const elements: DuckDBValue[] = [];
		let at = start + 20;
		for (let n = 0; n < count; n++) {
			const length = bytes.readInt32BE(at);
			at += 4;
			elements.push(length === -1 ? null : read(bytes, at));
			if (length > 0) at += length;
		}
		return listValue(elements);
	};
