/**
 * Rows of fixed width, packed column by column into one buffer: the bytes that `compileEncoder` makes, without an object
 * for each row. Rows that need more (deleted ones, those with a negative zero) are left to it.
 */
import type { PackedBytes } from "../ports/online-store.ts";
import { scalar } from "../values/type.ts";
import type { Micros } from "../values/value.ts";
import { type FixedVector, isFixed, type Vector, valueAt } from "../values/vector.ts";
import { maxPackedBytes } from "./byte-writer.ts";
import { checksumAt } from "./checksum.ts";
import { compileEncoder, type OnlineRowIn } from "./encode.ts";
import { formatVersion, headerBytes, type OnlineLayout, widthOf } from "./layout.ts";
import { addOptionalWidths, type FixedTarget, markNegativeZeros, writeFixed } from "./write-fixed.ts";

/** The columns of a batch, by what they are. */
export interface BatchColumns {
	readonly eventTime: Vector;
	readonly createdTime: Vector;
	/** In the order of the source's tie-break columns; null for one that the rows do not have. */
	readonly tieBreak: readonly (Vector | null)[];
	readonly sequence: Vector;
	/** Of rows that have no sequence number; null: they have none. */
	readonly sequenceOtherwise: bigint | null;
	readonly deleted: Vector;
	/** In the order of the view's features. */
	readonly values: readonly Vector[];
}

/** Packs the rows `from` to `to`; null where a column is not of fixed width, or a row has no event time. */
export type EncodeBatch = (columns: BatchColumns, from: number, to: number) => PackedBytes | null;

const int64 = scalar("INT64");
/** Far below what the offset of the columns holds. */
const mostTies = 1000;

/** Null where rows of the layout are not of fixed width. */
export function compileBatchEncoder(layout: OnlineLayout): EncodeBatch | null {
	const { columns: places, tieBreak, seed } = layout;
	const bodyBytes = places.reduce((sum, { width }) => sum + 1 + width, 0);
	const isFixedWidth = layout.variableCount === 0 && tieBreak.every((type) => widthOf(type) > 0);
	if (!isFixedWidth || bodyBytes > maxPackedBytes / 2 || tieBreak.length > mostTies) return null;
	const encodeRow = compileEncoder(layout);
	// Presence of created time, tie-break values and sequence; whether deleted.
	const leastBytes = headerBytes + 8 + 1 + tieBreak.length + 1 + 1 + bodyBytes;

	return (columns, from, to) => {
		const vectors = fixedColumns(columns, from, to);
		if (vectors === null) return null;
		const { eventTime, createdTime, ties, sequence, values } = vectors;
		const optional = [
			{ vector: createdTime, type: int64 },
			...ties.map((vector, t) => ({ vector, type: tieBreak[t] ?? int64 })),
			{ vector: sequence, type: int64 },
		];
		const count = to - from;
		const ends = new Uint32Array(count).fill(leastBytes);
		for (const { vector, type } of optional) if (vector !== null) addOptionalWidths(ends, vector, widthOf(type), from);
		const odd = new Map<number, Uint8Array>();
		const skipped = oddRows(vectors, from, count);
		for (let i = skipped?.indexOf(1) ?? -1; i >= 0; i = skipped?.indexOf(1, i + 1) ?? -1) {
			const bytes = encodeRow(rowAt(columns, from + i));
			odd.set(i, bytes);
			ends[i] = bytes.length;
		}
		const starts = accumulate(ends);

		const bytes = Buffer.allocUnsafe(ends.at(-1) ?? 0);
		const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
		const target: FixedTarget = { view, at: starts.map((start) => start + headerBytes), from, skipped };
		writeFixed(target, eventTime, "INT64", "required");
		for (const { vector, type } of optional) writeFixed(target, vector, type.scalar, "optional");
		writeHeaders(target, starts);
		for (const [c, { type }] of places.entries()) writeFixed(target, values[c] ?? null, type.scalar, "padded");
		for (let i = 0; i < count; i++) {
			const start = starts[i] as number;
			if (skipped?.[i] === 1) bytes.set(odd.get(i) as Uint8Array, start);
			else view.setUint32(start + 4, checksumAt(view, start, (ends[i] as number) - start, seed));
		}
		return { bytes, ends };
	};
}

interface FixedColumns {
	readonly eventTime: FixedVector;
	readonly createdTime: FixedVector;
	readonly ties: readonly (FixedVector | null)[];
	readonly sequence: FixedVector;
	readonly deleted: FixedVector;
	readonly values: readonly FixedVector[];
}

function fixedColumns(columns: BatchColumns, from: number, to: number): FixedColumns | null {
	const { eventTime, createdTime, tieBreak, sequence, sequenceOtherwise, deleted } = columns;
	const values = columns.values.filter(isFixed);
	const ties = tieBreak.filter((tie) => tie === null || isFixed(tie));
	const areFixed = isFixed(eventTime) && isFixed(createdTime) && isFixed(sequence) && isFixed(deleted);
	if (!areFixed || values.length < columns.values.length || ties.length < tieBreak.length) return null;
	if (eventTime.nulls?.subarray(from, to).includes(1) === true) return null;
	const filled = sequenceOtherwise === null ? sequence : filledWith(sequence, sequenceOtherwise);
	return { eventTime, createdTime, ties, sequence: filled, deleted, values };
}

function filledWith({ items, nulls }: FixedVector, otherwise: bigint): FixedVector {
	if (nulls === null || !(items instanceof BigInt64Array)) return { items, nulls };
	return { items: items.map((item, row) => (nulls[row] === 1 ? otherwise : item)), nulls: null };
}

/** 1 for each row that only `compileEncoder` packs; null: there is none. */
function oddRows({ deleted, values }: FixedColumns, from: number, count: number): Uint8Array | null {
	const odd = (deleted.items as Uint8Array).slice(from, from + count);
	for (const vector of values) markNegativeZeros(odd, vector, from);
	return odd.includes(1) ? odd : null;
}

/** Lengths to ends, in place; where each begins. */
function accumulate(ends: Uint32Array): Uint32Array {
	const starts = new Uint32Array(ends.length);
	let end = 0;
	for (let i = 0; i < ends.length; i++) {
		starts[i] = end;
		end += ends[i] as number;
		ends[i] = end;
	}
	return starts;
}

/** What stands before the order, and behind it that no row is deleted: the columns follow. */
function writeHeaders({ view, at, skipped }: FixedTarget, starts: Uint32Array): void {
	for (let i = 0; i < at.length; i++) {
		if (skipped?.[i] === 1) continue;
		const start = starts[i] as number;
		const body = (at[i] as number) + 1;
		view.setUint8(body - 1, 0);
		at[i] = body;
		view.setUint8(start, formatVersion);
		view.setUint8(start + 1, 0);
		view.setUint16(start + 2, body - start);
	}
}

const rowAt = (columns: BatchColumns, row: number): OnlineRowIn => ({
	eventTime: valueAt(columns.eventTime, row) as Micros,
	createdTime: valueAt(columns.createdTime, row) as Micros | null,
	tieBreak: columns.tieBreak.map((tie) => valueAt(tie ?? undefined, row)),
	sequence: (valueAt(columns.sequence, row) as bigint | null) ?? columns.sequenceOtherwise,
	deleted: valueAt(columns.deleted, row) === true,
	values: columns.values.map((vector) => valueAt(vector, row)),
});
