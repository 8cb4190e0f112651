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

/** A reader of the wanted features of one view version: make it once, it touches only what was asked for. */
export function compileDecoder(layout: OnlineLayout, wanted: readonly string[]): OnlineDecoder {
	const places = wanted.map((name) => placeOf(layout, name));
	const nulls: readonly Value[] = Object.freeze(places.map(() => null));
	const { seed, variableCount } = layout;

	return (bytes) => {
		const length = bytes.length;
		if (length === 0) return "CORRUPT";
		if (bytes[0] !== formatVersion) return "UNKNOWN_FORMAT";
		if (length < leastBytes) return "CORRUPT";
		const buffer = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, length);
		if (buffer.readUInt32BE(4) !== checksum(buffer, seed, true)) return "CORRUPT";

		const flagBits = buffer[1] as number;
		const eventTime = readInt64(buffer, headerBytes);
		if ((flagBits & flags.tombstone) !== 0) return { eventTime, deleted: true, values: nulls };

		const body = buffer.readUInt16BE(2);
		const offsetBytes = (flagBits & flags.wideOffsets) !== 0 ? 4 : 2;
		const negativeZeros = (flagBits & flags.negativeZeros) !== 0 ? readNegativeZeros(buffer, body) : null;
		const tail = length - (negativeZeros === null ? 0 : 4 + 4 * negativeZeros.size);
		const table = tail - variableCount * offsetBytes;
		if (body < leastBytes || table < body) return "CORRUPT";

		const source: Source = { buffer, end: table, negativeZeros };
		const values = new Array<Value>(places.length);
		for (let i = 0; i < places.length; i++) {
			const place = places[i] as ColumnPlace;
			let position = body + place.offset;
			if (place.variableBefore > 0) {
				const entry = table + (place.variableBefore - 1) * offsetBytes;
				position += offsetBytes === 2 ? buffer.readUInt16BE(entry) : buffer.readUInt32BE(entry);
			}
			if (position + 1 + place.width > table) return "CORRUPT";
			if (buffer[position] === presence.absent) values[i] = null;
			else if (place.type.isArray) values[i] = readArray(source, position + 1, place.type.scalar);
			else values[i] = readScalar(source, position + 1, place.type.scalar);
		}
		return { eventTime, deleted: false, values };
	};
}

function placeOf(layout: OnlineLayout, name: string): ColumnPlace {
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
