import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import type { Micros, Value } from "../values/value.ts";
import { checksum } from "./checksum.ts";
import { type ColumnPlace, flags, formatVersion, headerBytes, type OnlineLayout, presence } from "./layout.ts";
import { readArray, readInt64, readScalar, type Source } from "./read-value.ts";

export interface OnlineRow {
	readonly eventTime: Micros;
	readonly deleted: boolean;
	/** The wanted features in the order asked for; all null when deleted. */
	readonly values: readonly Value[];
}

/** Why bytes give no row. UNKNOWN_FORMAT: another version of the format. CORRUPT: damaged, cut off, or of another view version. */
export type DecodeFailure = "UNKNOWN_FORMAT" | "CORRUPT";

/** Reads packed values. A failure comes back as its name; nothing is thrown, whatever the bytes. */
export type OnlineDecoder = (bytes: Uint8Array) => OnlineRow | DecodeFailure;

const leastBytes = headerBytes + 11;

/** A packed value whose checksum holds, not read yet. */
export interface OpenedValue extends Source {
	readonly isDeleted: boolean;
	/** Where its columns begin. */
	readonly body: number;
	/** Of an entry of the table of offsets, which begins at `end`. */
	readonly offsetBytes: 2 | 4;
}

/** Looks at what stands around the columns of a value. */
export function openValue(bytes: Uint8Array, { seed, variableCount }: OnlineLayout): OpenedValue | DecodeFailure {
	const length = bytes.length;
	if (length === 0) return "CORRUPT";
	if (bytes[0] !== formatVersion) return "UNKNOWN_FORMAT";
	if (length < leastBytes) return "CORRUPT";
	const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, length);
	if (buffer.readUInt32BE(4) !== checksum(buffer, seed, true)) return "CORRUPT";

	const flagBits = buffer[1] as number;
	const body = buffer.readUInt16BE(2);
	const offsetBytes = (flagBits & flags.wideOffsets) !== 0 ? 4 : 2;
	if ((flagBits & flags.tombstone) !== 0) {
		return { buffer, isDeleted: true, body, offsetBytes, end: length, negativeZeros: null };
	}
	const negativeZeros = (flagBits & flags.negativeZeros) !== 0 ? readNegativeZeros(buffer, body) : null;
	const tail = length - (negativeZeros === null ? 0 : 4 + 4 * negativeZeros.size);
	const end = tail - variableCount * offsetBytes;
	if (body < leastBytes || end < body) return "CORRUPT";
	return { buffer, isDeleted: false, body, offsetBytes, end, negativeZeros };
}

export const eventTimeOf = ({ buffer }: OpenedValue): Micros => readInt64(buffer, headerBytes);

/** Where the presence byte of a column stands; -1: not all of the column lies before the end. */
export function positionOf({ buffer, body, end, offsetBytes }: OpenedValue, place: ColumnPlace): number {
	let position = body + place.offset;
	if (place.variableBefore > 0) {
		const entry = end + (place.variableBefore - 1) * offsetBytes;
		position += offsetBytes === 2 ? buffer.readUInt16BE(entry) : buffer.readUInt32BE(entry);
	}
	return position + 1 + place.width > end ? -1 : position;
}

/** A reader of the wanted features of one view version: make it once, it touches only what was asked for. */
export function compileDecoder(layout: OnlineLayout, wanted: readonly string[]): OnlineDecoder {
	const places = wanted.map((name) => placeOf(layout, name));
	const nulls: readonly Value[] = Object.freeze(places.map(() => null));

	return (bytes) => {
		const opened = openValue(bytes, layout);
		if (typeof opened === "string") return opened;
		const eventTime = eventTimeOf(opened);
		if (opened.isDeleted) return { eventTime, deleted: true, values: nulls };
		const values = new Array<Value>(places.length);
		for (let i = 0; i < places.length; i++) {
			const place = places[i] as ColumnPlace;
			const position = positionOf(opened, place);
			if (position < 0) return "CORRUPT";
			if (opened.buffer[position] === presence.absent) values[i] = null;
			else if (place.type.isArray) values[i] = readArray(opened, position + 1, place.type.scalar);
			else values[i] = readScalar(opened, position + 1, place.type.scalar);
		}
		return { eventTime, deleted: false, values };
	};
}

export function placeOf(layout: OnlineLayout, name: string): ColumnPlace {
	const place = layout.columns.find((column) => column.name === name);
	if (place !== undefined) return place;
	const valid = layout.columns.map((column) => column.name);
	throw new FeaturegraphError("UNKNOWN_FEATURE", `The view has no feature "${name}".`, {
		name,
		nearest: nearestNames(name, valid),
	});
}

/** Positions in `buffer` of floats that are -0. */
function readNegativeZeros(buffer: Buffer, body: number): ReadonlySet<number> {
	const positions = new Set<number>();
	const end = buffer.length - 4;
	const count = Math.min(buffer.readUInt32BE(end), Math.floor((end - headerBytes) / 4));
	for (let i = 0; i < count; i++) positions.add(body + buffer.readUInt32BE(end - 4 * (count - i)));
	return positions;
}
