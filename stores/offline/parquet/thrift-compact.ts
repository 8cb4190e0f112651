/** The compact protocol of Thrift, as far as footers of Parquet files need it: read into a tree, and written from one. */

export const thriftTypes = {
	true: 1,
	false: 2,
	byte: 3,
	i16: 4,
	i32: 5,
	i64: 6,
	double: 7,
	binary: 8,
	list: 9,
	struct: 12,
} as const;

export interface ThriftField {
	readonly type: number;
	readonly value: ThriftValue;
}

/** Fields by their ids, ascending. */
export type ThriftStruct = ReadonlyMap<number, ThriftField>;

export interface ThriftList {
	readonly elementType: number;
	readonly elements: readonly ThriftValue[];
}

/** Integers of every width are bigints; bytes and doubles stay as they were written, and a struct may stand as it is written. */
export type ThriftValue = boolean | bigint | Uint8Array | ThriftList | ThriftStruct;

const doubleBytes = 8;
const shortListSize = 15;

/** Reads one struct. Throws where the bytes are none, or use what Parquet does not. */
export function readStruct(bytes: Buffer): ThriftStruct {
	let at = 0;

	const byte = (): number => {
		const value = bytes[at];
		if (value === undefined) throw new Error("The footer of a Parquet file breaks off.");
		at += 1;
		return value;
	};
	const varint = (): bigint => {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const next = byte();
			value |= BigInt(next & 0x7f) << shift;
			if (next < 0x80) return value;
		}
	};
	const integer = (): bigint => {
		const coded = varint();
		return (coded >> 1n) ^ -(coded & 1n);
	};
	const raw = (length: number): Uint8Array => {
		if (at + length > bytes.length) throw new Error("The footer of a Parquet file breaks off.");
		at += length;
		return bytes.subarray(at - length, at);
	};
	const list = (): ThriftList => {
		const head = byte();
		const elementType = head & 0x0f;
		const size = head >> 4 === shortListSize ? Number(varint()) : head >> 4;
		return { elementType, elements: Array.from({ length: size }, () => value(elementType)) };
	};
	const value = (type: number): ThriftValue => {
		switch (type) {
			// Elements of a list: a boolean field has its value in its type.
			case thriftTypes.true:
			case thriftTypes.false:
			case thriftTypes.byte:
				return raw(1);
			case thriftTypes.i16:
			case thriftTypes.i32:
			case thriftTypes.i64:
				return integer();
			case thriftTypes.double:
				return raw(doubleBytes);
			case thriftTypes.binary:
				return raw(Number(varint()));
			case thriftTypes.list:
				return list();
			case thriftTypes.struct:
				return struct();
			default:
				throw new Error(`The footer of a Parquet file has a field of type ${type}.`);
		}
	};
	const struct = (): ThriftStruct => {
		const fields = new Map<number, ThriftField>();
		let id = 0;
		for (let head = byte(); head !== 0; head = byte()) {
			const type = head & 0x0f;
			id = head >> 4 === 0 ? Number(integer()) : id + (head >> 4);
			const isBoolean = type === thriftTypes.true || type === thriftTypes.false;
			fields.set(id, { type, value: isBoolean ? type === thriftTypes.true : value(type) });
		}
		return fields;
	};
	return struct();
}

/** The bytes of a struct. */
export function writeStruct(root: ThriftStruct): Buffer {
	const chunks: Uint8Array[] = [];
	let pending: number[] = [];

	const varint = (value: bigint): void => {
		let left = value;
		while (left >= 0x80n) {
			pending.push(Number(left & 0x7fn) | 0x80);
			left >>= 7n;
		}
		pending.push(Number(left));
	};
	const integer = (value: bigint): void => varint(value >= 0n ? value << 1n : (-value << 1n) - 1n);
	const raw = (bytes: Uint8Array): void => {
		chunks.push(Uint8Array.from(pending), bytes);
		pending = [];
	};
	const list = ({ elementType, elements }: ThriftList): void => {
		const isShort = elements.length < shortListSize;
		pending.push(((isShort ? elements.length : shortListSize) << 4) | elementType);
		if (!isShort) varint(BigInt(elements.length));
		for (const element of elements) write(elementType, element);
	};
	const write = (type: number, value: ThriftValue): void => {
		if (typeof value === "bigint") integer(value);
		else if (value instanceof Uint8Array) {
			if (type === thriftTypes.binary) varint(BigInt(value.length));
			raw(value);
		} else if (value instanceof Map) struct(value);
		else if (typeof value === "object") list(value as ThriftList);
	};
	const struct = (fields: ThriftStruct): void => {
		let last = 0;
		for (const [id, { type, value }] of fields) {
			const step = id - last;
			if (step > 0 && step < 16) pending.push((step << 4) | type);
			else {
				pending.push(type);
				integer(BigInt(id));
			}
			write(type, value);
			last = id;
		}
		pending.push(0);
	};
	struct(root);
	raw(new Uint8Array());
	return Buffer.concat(chunks);
}
