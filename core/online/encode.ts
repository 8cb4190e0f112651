import type { Micros, Value } from "../values/value.ts";
import { ByteWriter, maxPackedBytes, tooLarge } from "./byte-writer.ts";
import { checksum } from "./checksum.ts";
import { flags, formatVersion, headerBytes, type OnlineLayout, presence } from "./layout.ts";
import { writeValue } from "./write-value.ts";

/** One row to write online: the newest of its entity, or a tombstone. */
export interface OnlineRowIn {
	readonly eventTime: Micros;
	readonly createdTime: Micros | null;
	/** In the order of the source's tie-break columns. */
	readonly tieBreak: readonly Value[];
	/** Sequence number in the offline log; null for rows of files and tables. */
	readonly sequence: bigint | null;
	readonly deleted: boolean;
	/** In the order of the view's features; not looked at when deleted. */
	readonly values: readonly Value[];
}

const mostOrderEnd = 0xffff;
/** No two-byte offset begins with FF: behind the end of a text it would read as an escape, and upset the order. */
const mostNarrowOffset = 0xfeff;

/** A function that packs rows of one view version. Throws LIMIT_EXCEEDED when a row is too large. */
export function compileEncoder(layout: OnlineLayout): (row: OnlineRowIn) => Uint8Array {
	const writer = new ByteWriter();
	return (row) => {
		writer.length = 0;
		writer.uint8(formatVersion);
		writer.zeros(headerBytes - 1);
		writeOrder(writer, row, layout);
		const body = writer.length;
		if (body > mostOrderEnd) throw tooLarge("The tie-break values", mostOrderEnd);
		const flagBits = row.deleted ? flags.tombstone : writeColumns(writer, row.values, layout);
		if (writer.length > maxPackedBytes) throw tooLarge("The values", maxPackedBytes);

		writer.setUint8(1, flagBits);
		writer.setUint16(2, body);
		writer.setUint32(4, checksum(writer.view(), layout.seed, true));
		return writer.finish();
	};
}

/** Event time, created time, tie-break values, sequence number, whether deleted: nulls lowest. */
function writeOrder(writer: ByteWriter, row: OnlineRowIn, layout: OnlineLayout): void {
	writer.int64(row.eventTime);
	writeOptionalInt64(writer, row.createdTime);
	for (const [index, type] of layout.tieBreak.entries()) {
		const value = row.tieBreak[index] ?? null;
		writer.uint8(value === null ? presence.absent : presence.present);
		if (value !== null) writeValue(writer, value, type, null);
	}
	writeOptionalInt64(writer, row.sequence);
	writer.uint8(row.deleted ? 1 : 0);
}

function writeOptionalInt64(writer: ByteWriter, value: bigint | null): void {
	writer.uint8(value === null ? presence.absent : presence.present);
	if (value !== null) writer.int64(value);
}

/** The columns in order, then what finds them: offsets and negative zeros. Returns the flags. */
function writeColumns(writer: ByteWriter, values: readonly Value[], layout: OnlineLayout): number {
	const start = writer.length;
	const ends: number[] = [];
	const negativeZeros: number[] = [];
	for (let i = 0; i < layout.columns.length; i++) {
		const { type, width } = layout.columns[i] as OnlineLayout["columns"][number];
		const value = values[i] ?? null;
		if (value === null) {
			writer.zeros(1 + width);
		} else {
			writer.uint8(presence.present);
			writeValue(writer, value, type, negativeZeros);
		}
		if (width === 0) ends.push(writer.length - start);
	}
	const wide = writer.length - start > mostNarrowOffset;
	for (const end of ends) {
		if (wide) writer.uint32(end);
		else writer.uint16(end);
	}
	for (const position of negativeZeros) writer.uint32(position - start);
	if (negativeZeros.length > 0) writer.uint32(negativeZeros.length);
	return (wide ? flags.wideOffsets : 0) | (negativeZeros.length > 0 ? flags.negativeZeros : 0);
}
