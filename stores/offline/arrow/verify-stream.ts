/**
 * Is this an Arrow IPC stream that may be read? Arrow's own reader trusts every count and offset in the messages, and
 * can be led to run for ever: here each is held against the bytes that are there. An access beyond them is a RangeError.
 */

/** What the messages say. */
export interface VerifiedStream {
	readonly rowCount: number;
}

const continuation = 0xffff_ffff;
const headerTypes = { schema: 1, recordBatch: 3 } as const;
/** As Schema.fbs numbers them: a union's type says more than one number, and what is younger has buffers in any number. */
const unionType = 14;
const lastPlainType = 21;
const mostColumns = 1000;
const mostDepth = 8;

/** Throws an Error with the reason, to be shown, for what may not be read. */
export function verifyArrowStream(bytes: Uint8Array): VerifiedStream {
	const frames = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	let rowCount = 0;
	let hasSchema = false;
	let position = 0;
	while (position < bytes.length) {
		if (frames.getUint32(position, true) !== continuation) throw new Error("a message does not begin as one");
		const length = frames.getUint32(position + 4, true);
		if (length === 0) break;
		const metadata = new Metadata(new DataView(bytes.buffer, bytes.byteOffset + position + 8, length));
		const bodyAt = position + 8 + length;
		const { type, header, bodyLength } = metadata.message();
		if (bodyLength > bytes.length - bodyAt) throw new Error("it is cut off");
		if (type === headerTypes.schema && !hasSchema) {
			metadata.schema(header);
			hasSchema = true;
		} else if (type === headerTypes.recordBatch && hasSchema) {
			rowCount += metadata.recordBatch(header, bodyLength);
		} else {
			throw new Error("it has a message that is neither its schema nor a plain batch of rows");
		}
		position = bodyAt + bodyLength;
	}
	if (!hasSchema) throw new Error("it has no schema");
	return { rowCount };
}

/** The flatbuffer of one message. */
class Metadata {
	readonly #view: DataView;
	/** A table takes four bytes at least: more of them are the same ones again, without end perhaps. */
	#tablesLeft: number;

	constructor(view: DataView) {
		this.#view = view;
		this.#tablesLeft = view.byteLength / 4;
	}

	message(): { readonly type: number; readonly header: number; readonly bodyLength: number } {
		const message = this.#table(this.#offset(0));
		this.#keyValues(this.#field(message, 4));
		const type = this.#field(message, 1);
		const header = this.#field(message, 2);
		if (type === null || header === null) throw new Error("a message is empty");
		return {
			type: this.#view.getUint8(type),
			header: this.#table(this.#offset(header)),
			bodyLength: this.#count(this.#field(message, 3)),
		};
	}

	schema(schema: number): void {
		const endianness = this.#field(schema, 0);
		if (endianness !== null && this.#view.getInt16(endianness, true) !== 0) throw new Error("it is big-endian");
		const columns = this.#tables(this.#field(schema, 1));
		if (columns.length > mostColumns) throw new Error(`it has more than ${mostColumns} columns`);
		for (const column of columns) this.#column(column, 0);
		this.#keyValues(this.#field(schema, 2));
		this.#vector(this.#field(schema, 3), 8);
	}

	/** The number of its rows. */
	recordBatch(batch: number, bodyLength: number): number {
		const rowCount = this.#count(this.#field(batch, 0));
		if (this.#field(batch, 3) !== null) throw new Error("its buffers are compressed");
		if (this.#field(batch, 4) !== null) throw new Error("it has views, which are not read");
		for (const node of this.#vector(this.#field(batch, 1), 16)) {
			const length = this.#count(node);
			if (length > Math.max(rowCount, bodyLength * 8) || this.#count(node + 8) > length) {
				throw new Error("a column is longer than its bytes");
			}
		}
		for (const buffer of this.#vector(this.#field(batch, 2), 16)) {
			if (this.#count(buffer) + this.#count(buffer + 8) > bodyLength) throw new Error("a buffer is cut off");
		}
		return rowCount;
	}

	#column(column: number, depth: number): void {
		if (depth > mostDepth) throw new Error("its columns are nested too deeply");
		this.#vector(this.#optional(this.#field(column, 0)), 1, true);
		const type = this.#field(column, 2);
		const number = type === null ? 0 : this.#view.getUint8(type);
		if (number === unionType || number > lastPlainType) throw new Error("a column has a type that is not read");
		if (this.#field(column, 4) !== null) throw new Error("a column is dictionary-encoded");
		for (const child of this.#tables(this.#field(column, 5))) this.#column(child, depth + 1);
		this.#keyValues(this.#field(column, 6));
	}

	#keyValues(at: number | null): void {
		for (const pair of this.#tables(at)) {
			this.#vector(this.#optional(this.#field(pair, 0)), 1, true);
			this.#vector(this.#optional(this.#field(pair, 1)), 1, true);
		}
	}

	/** Positions of the tables of a vector. */
	#tables(at: number | null): number[] {
		return this.#vector(at, 4).map((element) => this.#table(this.#offset(element)));
	}

	/** Positions of the elements of a vector; of one `found` itself, not of the place that leads to it, none are listed. */
	#vector(at: number | null, size: number, found = false): number[] {
		if (at === null) return [];
		const start = found ? at : this.#offset(at);
		const length = this.#view.getUint32(start, true);
		if (start + 4 + length * size > this.#view.byteLength) throw new Error("a message is cut off");
		return found ? [] : Array.from({ length }, (_, index) => start + 4 + index * size);
	}

	#optional(at: number | null): number | null {
		return at === null ? null : this.#offset(at);
	}

	/** Where a relative offset leads to. */
	#offset(at: number): number {
		return at + this.#view.getUint32(at, true);
	}

	#table(at: number): number {
		this.#tablesLeft -= 1;
		if (this.#tablesLeft < 0) throw new Error("a message refers to itself");
		this.#view.getInt32(at, true);
		return at;
	}

	/** Where a table has its field; null where it lacks it. */
	#field(table: number, index: number): number | null {
		const fields = table - this.#view.getInt32(table, true);
		if (4 + 2 * index + 2 > this.#view.getUint16(fields, true)) return null;
		const offset = this.#view.getUint16(fields + 4 + 2 * index, true);
		return offset === 0 ? null : table + offset;
	}

	/** A 64-bit integer that is a count. */
	#count(at: number | null): number {
		const count = at === null ? 0 : Number(this.#view.getBigInt64(at, true));
		if (count < 0 || !Number.isSafeInteger(count)) throw new Error("a count is none");
		return count;
	}
}
