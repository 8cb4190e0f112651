import type { ScalarType } from "../values/type.ts";
import type { ScalarValue } from "../values/value.ts";
import { marker } from "./layout.ts";

/** Bytes whose checksum holds. Nothing at or behind `end` is read as a value. */
export interface Source {
	readonly buffer: Buffer;
	readonly end: number;
	readonly negativeZeros: ReadonlySet<number> | null;
}

const scratch = new DataView(new ArrayBuffer(8));

export function readInt64(buffer: Buffer, position: number): bigint {
	scratch.setInt32(0, word(buffer, position) ^ 0x8000_0000);
	scratch.setInt32(4, word(buffer, position + 4));
	return scratch.getBigInt64(0);
}

/** The scalar that begins at `position`, where its bytes are known to lie before the end. */
export function readScalar(source: Source, position: number, type: ScalarType): ScalarValue {
	const { buffer } = source;
	switch (type) {
		case "BOOL":
			return buffer[position] === 1;
		case "INT32":
		case "DATE":
			return word(buffer, position) ^ 0x8000_0000;
		case "INT64":
		case "TIMESTAMP":
			return readInt64(buffer, position);
		case "FLOAT32":
			return signedZero(source, position, readFloat32(buffer, position));
		case "FLOAT64":
			return readDouble(source, position);
		case "STRING":
		case "JSON":
			return readText(source, position);
		case "BYTES":
			return new Uint8Array(readBytes(source, position));
	}
}

export function readDouble(source: Source, position: number): number {
	return signedZero(source, position, readFloat64(source.buffer, position));
}

/** The array that begins at `position`. */
export function readArray(source: Source, position: number, type: ScalarType): (ScalarValue | null)[] {
	const { buffer, end } = source;
	const elements: (ScalarValue | null)[] = [];
	let at = position;
	while (at < end && buffer[at] !== marker.end) {
		if (buffer[at] === marker.nullElement) {
			elements.push(null);
			at++;
			continue;
		}
		const size = sizeOf(source, at + 1, type);
		if (at + 1 + size > end) break;
		elements.push(readScalar(source, at + 1, type));
		at += 1 + size;
	}
	return elements;
}

function sizeOf(source: Source, position: number, type: ScalarType): number {
	switch (type) {
		case "BOOL":
			return 1;
		case "INT32":
		case "DATE":
		case "FLOAT32":
			return 4;
		case "INT64":
		case "TIMESTAMP":
		case "FLOAT64":
			return 8;
		case "STRING":
		case "JSON":
		case "BYTES":
			return terminatorOf(source, position) + 1 - position;
	}
}

const word = (buffer: Buffer, position: number): number =>
	((buffer[position] as number) << 24) |
	((buffer[position + 1] as number) << 16) |
	((buffer[position + 2] as number) << 8) |
	(buffer[position + 3] as number);

function readFloat32(buffer: Buffer, position: number): number {
	const bits = word(buffer, position);
	scratch.setInt32(0, bits < 0 ? bits ^ 0x8000_0000 : ~bits);
	return scratch.getFloat32(0);
}

function readFloat64(buffer: Buffer, position: number): number {
	const high = word(buffer, position);
	const low = word(buffer, position + 4);
	if (high < 0) {
		scratch.setInt32(0, high ^ 0x8000_0000);
		scratch.setInt32(4, low);
	} else {
		scratch.setInt32(0, ~high);
		scratch.setInt32(4, ~low);
	}
	return scratch.getFloat64(0);
}

const signedZero = ({ negativeZeros }: Source, position: number, value: number): number =>
	value === 0 && negativeZeros?.has(position) === true ? -0 : value;

/** Where the `00` stands that ends text or bytes: the first one that no `FF` follows. */
function terminatorOf({ buffer, end }: Source, position: number): number {
	let at = position;
	while (at < end) {
		if (buffer[at] === 0) {
			if (at + 1 >= end || buffer[at + 1] !== 0xff) return at;
			at++;
		}
		at++;
	}
	return end;
}

function readText(source: Source, position: number): string {
	const { buffer, end } = source;
	const first = buffer.indexOf(0, position);
	if (first >= 0 && first < end && (first + 1 === end || buffer[first + 1] !== 0xff)) {
		return buffer.toString("utf8", position, first);
	}
	return readBytes(source, position).toString("utf8");
}

/** Copies the bytes up to the terminator, without their escapes. */
function readBytes(source: Source, position: number): Buffer {
	const end = terminatorOf(source, position);
	const plain = Buffer.allocUnsafe(Math.max(0, end - position));
	let length = 0;
	for (let at = position; at < end; at++) {
		const byte = source.buffer[at] as number;
		plain[length++] = byte;
		if (byte === 0) at++;
	}
	return plain.subarray(0, length);
}
