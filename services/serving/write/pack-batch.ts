/** Rows as `OfflineEngine.latest` yields them, as writes of the online store: all of a batch at once where they have a fixed width. */
import type { OnlineRowIn } from "../../../core/online/encode.ts";
import { type BatchColumns, compileBatchEncoder } from "../../../core/online/encode-batch.ts";
import { compileKeyWriter } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { PackedBatch, PackedBytes } from "../../../core/ports/online-store.ts";
import type { BatchViewVersion } from "../../../core/registry/snapshot.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import { type Vector, type VectorBatch, valueAt } from "../../../core/values/vector.ts";

/** The columns of a batch by what they are, and the tie-break columns of the source, as pushes have them. */
export interface RowsOfBatch extends BatchColumns {
	readonly keys: readonly Vector[];
	readonly tieBreakColumns: readonly Column[];
}

/** A null of any type is the same in the packed order. */
const absent: Column = { name: "", type: scalar("STRING") };

/** Behind those of the log and of volatile pushes: a row of a file or table that has a sequence number only to say when it was read. */
const readOrigin = -(2n ** 63n);

/** `readAt`: what orders rows without a sequence number that are equal in all before it; null: their values. */
export function rowsOfBatch(
	view: BatchViewVersion,
	columns: readonly Column[],
	batch: VectorBatch,
	readAt: Micros | null,
): RowsOfBatch {
	const at = (index: number): Vector => batch.columns[index] ?? [];
	const keyCount = view.joinKeys.length;
	const eventAt = keyCount + view.definition.features.length;
	const firstTie = eventAt + 2;
	// All that the source names, as pushes have them: one that SQL left out is null.
	const tiesAt = view.source.definition.tieBreak.map((name) =>
		columns.findIndex((column, index) => index >= firstTie && index < columns.length - 2 && column.name === name),
	);
	return {
		keys: batch.columns.slice(0, keyCount),
		values: batch.columns.slice(keyCount, eventAt),
		eventTime: at(eventAt),
		createdTime: at(eventAt + 1),
		tieBreak: tiesAt.map((index) => batch.columns[index] ?? null),
		tieBreakColumns: tiesAt.map((index) => columns[index] ?? absent),
		sequence: at(columns.length - 2),
		sequenceOtherwise: readAt === null ? null : readOrigin + readAt,
		deleted: at(columns.length - 1),
	};
}

/** One row by itself; null where it has no event time. */
export function rowAt(rows: RowsOfBatch, row: number): { keys: readonly Value[]; row: OnlineRowIn } | null {
	const eventTime = valueAt(rows.eventTime, row);
	if (typeof eventTime !== "bigint") return null;
	return {
		keys: rows.keys.map((vector) => valueAt(vector, row)),
		row: {
			eventTime,
			createdTime: valueAt(rows.createdTime, row) as Micros | null,
			tieBreak: rows.tieBreak.map((vector) => valueAt(vector ?? undefined, row)),
			sequence: (valueAt(rows.sequence, row) as bigint | null) ?? rows.sequenceOtherwise,
			deleted: valueAt(rows.deleted, row) === true,
			values: rows.values.map((vector) => valueAt(vector, row)),
		},
	};
}

/** Packs rows `from` to `to` at once; null where they cannot be: a row has no key or event time, or a column no fixed width. */
export type PackBatch = (rows: RowsOfBatch, from: number, to: number) => PackedBatch | null;

/** Null where no batch of the version can. `keptMicros`: how long past its event time a value is kept; null: for ever. */
export function compileBatchPacker(
	projectId: number,
	{ id, joinKeys, definition }: BatchViewVersion,
	tieBreak: readonly Column[],
	keptMicros: Micros | null,
): PackBatch | null {
	const encode = compileBatchEncoder(onlineLayout(definition.features, tieBreak));
	if (encode === null) return null;
	const writeKey = compileKeyWriter(projectId, id, joinKeys);
	return (rows, from, to) => {
		const keys = packKeys(writeKey, rows.keys, from, to);
		const values = keys === null ? null : encode(rows, from, to);
		if (keys === null || values === null) return null;
		const expiresAt = keptMicros === null ? null : expiriesOf(rows.eventTime, keptMicros, from, to);
		return { viewVersionId: id, count: to - from, keys, values, expiresAt };
	};
}

function packKeys(
	writeKey: (values: readonly Value[]) => Uint8Array,
	columns: readonly Vector[],
	from: number,
	to: number,
): PackedBytes | null {
	const ends = new Uint32Array(to - from);
	const values = new Array<Value>(columns.length).fill(null);
	let bytes = Buffer.allocUnsafe(32 * (to - from));
	let end = 0;
	for (let row = from; row < to; row++) {
		for (let k = 0; k < columns.length; k++) {
			const value = valueAt(columns[k], row);
			if (value === null) return null;
			values[k] = value;
		}
		const key = writeKey(values);
		if (end + key.length > bytes.length) {
			const grown = Buffer.allocUnsafe(2 * (end + key.length));
			bytes.copy(grown, 0, 0, end);
			bytes = grown;
		}
		bytes.set(key, end);
		end += key.length;
		ends[row - from] = end;
	}
	return { bytes, ends };
}

const expiriesOf = (eventTime: Vector, keptMicros: Micros, from: number, to: number): BigInt64Array =>
	BigInt64Array.from({ length: to - from }, (_, i) => (valueAt(eventTime, from + i) as Micros) + keptMicros);
