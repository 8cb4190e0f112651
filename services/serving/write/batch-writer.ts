/** Rows of view versions to writes of the online store: what pushes and materialization share. */
import { mapAhead } from "../../../core/iterators/map-ahead.ts";
import { compileEncoder, type OnlineRowIn } from "../../../core/online/encode.ts";
import { compileKeyEncoder } from "../../../core/online/key.ts";
import { onlineLayout } from "../../../core/online/layout.ts";
import type { Bus } from "../../../core/ports/bus.ts";
import type { OnlineStore, OnlineWrite } from "../../../core/ports/online-store.ts";
import type { BatchViewVersion } from "../../../core/registry/snapshot.ts";
import type { Column } from "../../../core/values/type.ts";
import type { Micros, Value } from "../../../core/values/value.ts";
import type { VectorBatch } from "../../../core/values/vector.ts";
import { compileBatchPacker, rowAt, rowsOfBatch } from "./pack-batch.ts";

const microsPerSecond = 1_000_000n;

/** How long past its event time a value is kept; null: for ever. */
export const keptMicros = (ttlSeconds: number | null, retentionMicros: Micros): Micros | null =>
	ttlSeconds === null ? null : BigInt(ttlSeconds) * microsPerSecond + retentionMicros;

/** Packs one row; null where a join key is null, since no reader could ask for it. Throws LIMIT_EXCEEDED. */
export type PackRow = (keys: readonly Value[], row: OnlineRowIn) => OnlineWrite | null;

/**
 * A packer for one view version. `tieBreak` are the columns of its source that order equal rows. Values outlive their
 * ttl by the retention: past the ttl they answer OUTSIDE_MAX_AGE, past the retention NOT_FOUND.
 */
export function compilePacker(
	projectId: number,
	{ id, joinKeys, definition }: BatchViewVersion,
	tieBreak: readonly Column[],
	retentionMicros: Micros,
): PackRow {
	const encodeKey = compileKeyEncoder(projectId, id, joinKeys);
	const encodeRow = compileEncoder(onlineLayout(definition.features, tieBreak));
	const kept = keptMicros(definition.ttlSeconds, retentionMicros);
	return (keys, row) => {
		for (let i = 0; i < joinKeys.length; i++) if ((keys[i] ?? null) === null) return null;
		return {
			key: encodeKey(keys),
			value: encodeRow(row),
			expiresAt: kept === null ? null : row.eventTime + kept,
		};
	};
}

export interface BatchWriterDeps {
	readonly online: Pick<OnlineStore, "write" | "writePacked">;
	readonly bus: Pick<Bus, "publish">;
	readonly retentionMicros: Micros;
}

/** Rows of one call of the store. */
const writesPerBatch = 5_000;

/**
 * Makes the function that writes rows as `OfflineEngine.latest` yields them (keys, features, event and created time,
 * tie-break columns, sequence, deleted); it resolves to how many were newer than what was there. `readAt`: rows without a
 * sequence number, equal in all before it, are ordered by it: what a file or SQL says now, not what it once said. Null:
 * by their values. Rows of fixed width are packed column by column, others one by one.
 */
export function batchWriter({ online, bus, retentionMicros }: BatchWriterDeps) {
	return async (
		projectId: number,
		view: BatchViewVersion,
		columns: readonly Column[],
		batch: VectorBatch,
		readAt: Micros | null = null,
	): Promise<number> => {
		const rows = rowsOfBatch(view, columns, batch, readAt);
		const kept = keptMicros(view.definition.ttlSeconds, retentionMicros);
		const packAll = compileBatchPacker(projectId, view, rows.tieBreakColumns, kept);
		const packOne = compilePacker(projectId, view, rows.tieBreakColumns, retentionMicros);
		const write = async (from: number): Promise<number> => {
			const to = Math.min(batch.rowCount, from + writesPerBatch);
			const packed = packAll?.(rows, from, to) ?? null;
			if (packed !== null) return online.writePacked(packed);
			const writes: OnlineWrite[] = [];
			for (let row = from; row < to; row++) {
				const one = rowAt(rows, row);
				const packedOne = one === null ? null : packOne(one.keys, one.row);
				if (packedOne !== null) writes.push(packedOne);
			}
			return (await online.write(writes)).filter((outcome) => outcome === "WRITTEN").length;
		};
		let written = 0;
		// The store writes one part while the next one is packed.
		for await (const newer of mapAhead(startsOf(batch.rowCount), 2, write)) written += newer;
		if (written > 0) await bus.publish({ topic: "values", viewVersionId: view.id, keys: [] });
		return written;
	};
}

function* startsOf(rowCount: number): Generator<number> {
	for (let from = 0; from < rowCount; from += writesPerBatch) yield from;
}
