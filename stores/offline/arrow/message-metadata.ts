/**
 * The flatbuffers of Arrow IPC: each count and offset is held against the bytes that are there, since Arrow's own reader
 * trusts them all. An access beyond them is a RangeError.
 */

/** As Message.fbs numbers them. */
export const headerTypes = { schema: 1, dictionaryBatch: 2, recordBatch: 3 } as const;

/** What may be in them besides plain columns. */
export interface Allowances {
	readonly dictionaries: boolean;
	readonly views: boolean;
	/** Bytes that the buffers of one compressed batch may take; 0: none may be compressed. */
	readonly decompressedBytes: number;
}

/** Where a message of a file is. */
export interface Block {
	readonly offset: number;
	readonly metadataLength: number;
	readonly bodyLength: number;
}

/** Where the columns of a batch are, within its body. */
export interface BatchPlaces {
	readonly rowCount: number;
	readonly nodes: readonly { readonly length: number; readonly nullCount: number }[];
	readonly buffers: readonly { readonly offset: number; readonly length: number }[];
}

/** Which nodes of a batch are those of its columns; the others are of what is nested in them. */
export type ColumnNodes = readonly number[];

/** As Schema.fbs numbers them: a union's type says more than one number; what is younger and no view has other buffers. */
const unionType = 14;
const lastPlainType = 21;
const viewTypes: readonly number[] = [23, 24];
const mostColumns = 1000;
/** What columns are made of included. */
const mostFields = 10_000;
const mostDepth = 8;
/** Names and metadata may share their bytes, but each is decoded by itself: so often as much as the message has. */
const mostTextTimes = 4;
const blockBytes = 24;

/** The flatbuffer of one message, or of the end of a file. */
export class Metadata {
	readonly #view: DataView;
	readonly #allowed: Allowances;
	/** A table takes four bytes at least: more of them are the same ones again, without end perhaps. */
	#tablesLeft: number;
	#textLeft: number;
	#fieldsLeft = mostFields;

	constructor(view: DataView, allowed: Allowances) {
		this.#view = view;
		this.#allowed = allowed;
		this.#tablesLeft = view.byteLength / 4;
		this.#textLeft = view.byteLength * mostTextTimes;
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

	/** The end of a file: its schema, and where its messages are. */
	footer(): {
		readonly nodes: ColumnNodes;
		readonly dictionaries: readonly Block[];
		readonly batches: readonly Block[];
	} {
		const footer = this.#table(this.#offset(0));
		const schema = this.#field(footer, 1);
		if (schema === null) throw new Error("it has no schema");
		const nodes = this.schema(this.#table(this.#offset(schema)));
		const blocks = (index: number): Block[] =>
			this.#vector(this.#field(footer, index), blockBytes).map((at) => ({
				offset: this.#count(at),
				metadataLength: this.#view.getUint32(at + 8, true),
				bodyLength: this.#count(at + 16),
			}));
		return { nodes, dictionaries: blocks(2), batches: blocks(3) };
	}

	schema(schema: number): ColumnNodes {
		const endianness = this.#field(schema, 0);
		if (endianness !== null && this.#view.getInt16(endianness, true) !== 0) throw new Error("it is big-endian");
		const columns = this.#tables(this.#field(schema, 1));
		if (columns.length > mostColumns) throw new Error(`it has more than ${mostColumns} columns`);
		const nodes: number[] = [];
		let next = 0;
		for (const column of columns) {
			nodes.push(next);
			next += this.#column(column, 0);
		}
		this.#keyValues(this.#field(schema, 2));
		this.#vector(this.#field(schema, 3), 8);
		return nodes;
	}

	dictionaryBatch(batch: number, bodyLength: number): void {
		const data = this.#field(batch, 1);
		if (data === null) throw new Error("a message is empty");
		this.recordBatch(this.#table(this.#offset(data)), bodyLength, [0]);
	}

	recordBatch(batch: number, bodyLength: number, columns: ColumnNodes): BatchPlaces {
		const { views, decompressedBytes } = this.#allowed;
		const rowCount = this.#count(this.#field(batch, 0));
		const compression = this.#field(batch, 3);
		if (compression !== null) {
			if (decompressedBytes === 0) throw new Error("its buffers are compressed");
			this.#table(this.#offset(compression));
		}
		const bytes = compression === null ? bodyLength : decompressedBytes;
		const nodes = this.#pairs(this.#field(batch, 1)).map(([length, nullCount]) => ({ length, nullCount }));
		for (const column of columns) {
			const node = nodes[column];
			// Arrow's reader makes them as long as the longest.
			if (node?.length !== rowCount) throw new Error("a column lacks rows");
		}
		for (const { length, nullCount } of nodes) {
			if (length > Math.max(rowCount, bytes * 8) || nullCount > length) {
				throw new Error("a column is longer than its bytes");
			}
		}
		const buffers = this.#pairs(this.#field(batch, 2)).map(([offset, length]) => ({ offset, length }));
		if (buffers.some(({ offset, length }) => offset + length > bodyLength)) throw new Error("a buffer is cut off");
		const buffersOfViews = this.#vector(this.#field(batch, 4), 8).map((count) => this.#count(count));
		if (!views && this.#field(batch, 4) !== null) throw new Error("it has views, which are not read");
		if (buffersOfViews.reduce((sum, count) => sum + count, 0) > buffers.length) throw new Error("a buffer is missing");
		return { rowCount, nodes, buffers };
	}

	/** Elements of a vector that are two counts each. */
	#pairs(at: number | null): (readonly [number, number])[] {
		return this.#vector(at, 16).map((element) => [this.#count(element), this.#count(element + 8)]);
	}

	/** The number of its nodes in a batch. */
	#column(column: number, depth: number): number {
		if (depth > mostDepth) throw new Error("its columns are nested too deeply");
		this.#fieldsLeft -= 1;
		if (this.#fieldsLeft < 0) throw new Error(`its columns have more than ${mostFields} fields`);
		this.#text(this.#field(column, 0));
		const type = this.#field(column, 2);
		const number = type === null ? 0 : this.#view.getUint8(type);
		const known = number <= lastPlainType || (this.#allowed.views && viewTypes.includes(number));
		if (number === unionType || !known) throw new Error("a column has a type that is not read");
		const dictionary = this.#field(column, 4);
		if (dictionary !== null) {
			if (!this.#allowed.dictionaries) throw new Error("a column is dictionary-encoded");
			const indexType = this.#field(this.#table(this.#offset(dictionary)), 1);
			if (indexType !== null) this.#table(this.#offset(indexType));
		}
		this.#keyValues(this.#field(column, 6));
		let nodes = 1;
		for (const child of this.#tables(this.#field(column, 5))) nodes += this.#column(child, depth + 1);
		return dictionary === null ? nodes : 1;
	}

	#keyValues(at: number | null): void {
		for (const pair of this.#tables(at)) {
			this.#text(this.#field(pair, 0));
			this.#text(this.#field(pair, 1));
		}
	}

	#text(field: number | null): void {
		if (field === null) return;
		const at = this.#offset(field);
		const length = this.#view.getUint32(at, true);
		if (at + 4 + length > this.#view.byteLength) throw new Error("a message is cut off");
		this.#textLeft -= length;
		if (this.#textLeft < 0) throw new Error("its names and metadata repeat each other");
	}

	/** Positions of the tables of a vector. */
	#tables(at: number | null): number[] {
		return this.#vector(at, 4).map((element) => this.#table(this.#offset(element)));
	}

	/** Positions of the elements of a vector. */
	#vector(at: number | null, size: number): number[] {
		if (at === null) return [];
		const start = this.#offset(at);
		const length = this.#view.getUint32(start, true);
		if (start + 4 + length * size > this.#view.byteLength) throw new Error("a message is cut off");
		return Array.from({ length }, (_, index) => start + 4 + index * size);
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
