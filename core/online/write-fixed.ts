/**
 * Columns of fixed width into packed values, a column at a time. The bytes are those of `ByteWriter`, made of words as
 * they lie in memory: a bigint for each value would be most of the work.
 */
import type { ScalarType } from "../values/type.ts";
import type { FixedVector } from "../values/vector.ts";
import { presence } from "./layout.ts";

export interface FixedTarget {
	readonly view: DataView;
	/** By row, where its next byte goes; moves on as columns are written. */
	readonly at: Uint32Array;
	/** The row of the vectors that is the first one here. */
	readonly from: number;
	/** 1 for each row that is not written; null: all are. */
	readonly skipped: Uint8Array | null;
}

/** Always there, without a presence byte; or a null is its presence byte alone; or a null takes the room of a value. */
export type Nullability = "required" | "optional" | "padded";

const signBit = 0x8000_0000;
const infinity64 = 0x7ff0_0000;
const infinity32 = 0x7f80_0000;
/** Where the two words of eight bytes lie. */
const low = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1 ? 0 : 1;
const high = 1 - low;

/** Writes a column; null for one of which every value is null. */
export function writeFixed(
	target: FixedTarget,
	vector: FixedVector | null,
	type: ScalarType,
	nullability: Nullability,
): void {
	if (vector === null) {
		writeAbsent(target);
		return;
	}
	const omitted = omittedRows(target, vector);
	if (nullability !== "required") writePresence(target, vector, nullability === "padded");
	valueWriters[type]?.(target, vector, omitted);
}

/** Bytes that optional values add to those of their presence. */
export function addOptionalWidths(lengths: Uint32Array, { nulls }: FixedVector, width: number, from: number): void {
	for (let i = 0; i < lengths.length; i++) {
		if (nulls?.[from + i] !== 1) lengths[i] = (lengths[i] as number) + width;
	}
}

/** Marks rows with a negative zero. */
export function markNegativeZeros(marks: Uint8Array, { items }: FixedVector, from: number): void {
	const words = wordsOf(items);
	if (items instanceof Float64Array) {
		for (let i = 0, at = 2 * from; i < marks.length; i++, at += 2) {
			if (words[at + high] === -signBit && words[at + low] === 0) marks[i] = 1;
		}
	} else if (items instanceof Float32Array) {
		for (let i = 0; i < marks.length; i++) if (words[from + i] === -signBit) marks[i] = 1;
	}
}

const wordsOf = ({ buffer, byteOffset, byteLength }: FixedVector["items"]): Int32Array =>
	new Int32Array(buffer, byteOffset, byteLength >> 2);

/** 1 for each row without a value to write; null: all have one. */
function omittedRows({ at, from, skipped }: FixedTarget, { nulls }: FixedVector): Uint8Array | null {
	if (nulls === null) return skipped;
	const own = nulls.subarray(from, from + at.length);
	return skipped === null ? own : own.map((isNull, i) => isNull | (skipped[i] as number));
}

function writeAbsent({ view, at, skipped }: FixedTarget): void {
	for (let i = 0; i < at.length; i++) {
		if (skipped?.[i] === 1) continue;
		const position = at[i] as number;
		view.setUint8(position, presence.absent);
		at[i] = position + 1;
	}
}

function writePresence(
	{ view, at, from, skipped }: FixedTarget,
	{ items, nulls }: FixedVector,
	isPadded: boolean,
): void {
	const padding = isPadded ? items.BYTES_PER_ELEMENT : 0;
	for (let i = 0; i < at.length; i++) {
		if (skipped?.[i] === 1) continue;
		const position = at[i] as number;
		if (nulls?.[from + i] === 1) {
			view.setUint8(position, presence.absent);
			for (let byte = 1; byte <= padding; byte++) view.setUint8(position + byte, 0);
			at[i] = position + 1 + padding;
		} else {
			view.setUint8(position, presence.present);
			at[i] = position + 1;
		}
	}
}

type ValueWriter = (target: FixedTarget, vector: FixedVector, omitted: Uint8Array | null) => void;

const valueWriters: Partial<Record<ScalarType, ValueWriter>> = {
	BOOL: writeBytes,
	INT32: writeInt32,
	DATE: writeInt32,
	INT64: writeInt64,
	TIMESTAMP: writeInt64,
	FLOAT32: writeFloat32,
	FLOAT64: writeFloat64,
};

function writeBytes({ view, at, from }: FixedTarget, { items }: FixedVector, omitted: Uint8Array | null): void {
	for (let i = 0; i < at.length; i++) {
		if (omitted?.[i] === 1) continue;
		const position = at[i] as number;
		view.setUint8(position, items[from + i] as number);
		at[i] = position + 1;
	}
}

function writeInt32({ view, at, from }: FixedTarget, { items }: FixedVector, omitted: Uint8Array | null): void {
	const words = wordsOf(items);
	for (let i = 0; i < at.length; i++) {
		if (omitted?.[i] === 1) continue;
		const position = at[i] as number;
		view.setInt32(position, (words[from + i] as number) ^ signBit);
		at[i] = position + 4;
	}
}

function writeInt64({ view, at, from }: FixedTarget, { items }: FixedVector, omitted: Uint8Array | null): void {
	const words = wordsOf(items);
	for (let i = 0, word = 2 * from; i < at.length; i++, word += 2) {
		if (omitted?.[i] === 1) continue;
		const position = at[i] as number;
		view.setInt32(position, (words[word + high] as number) ^ signBit);
		view.setInt32(position + 4, words[word + low] as number);
		at[i] = position + 8;
	}
}

function writeFloat32({ view, at, from }: FixedTarget, { items }: FixedVector, omitted: Uint8Array | null): void {
	const words = wordsOf(items);
	for (let i = 0; i < at.length; i++) {
		if (omitted?.[i] === 1) continue;
		const position = at[i] as number;
		const bits = words[from + i] as number;
		const isNaN = (bits & ~signBit) > infinity32;
		const isInverted = bits < 0 && bits !== -signBit;
		view.setInt32(position, isNaN ? 0xffc0_0000 : isInverted ? ~bits : bits | signBit);
		at[i] = position + 4;
	}
}

function writeFloat64({ view, at, from }: FixedTarget, { items }: FixedVector, omitted: Uint8Array | null): void {
	const words = wordsOf(items);
	for (let i = 0, word = 2 * from; i < at.length; i++, word += 2) {
		if (omitted?.[i] === 1) continue;
		const position = at[i] as number;
		const top = words[word + high] as number;
		const bottom = words[word + low] as number;
		const size = top & ~signBit;
		if (size > infinity64 || (size === infinity64 && bottom !== 0)) {
			view.setInt32(position, 0xfff8_0000);
			view.setInt32(position + 4, 0);
		} else if (top < 0 && (size !== 0 || bottom !== 0)) {
			view.setInt32(position, ~top);
			view.setInt32(position + 4, ~bottom);
		} else {
			view.setInt32(position, top | signBit);
			view.setInt32(position + 4, bottom);
		}
		at[i] = position + 8;
	}
}
