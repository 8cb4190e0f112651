/** Rows of view versions to writes of the online store: what pushes and materialization share. */
import { compileEncoder, type OnlineRowIn } from "../../core/online/encode.ts";
import { compileKeyEncoder } from "../../core/online/key.ts";
import { onlineLayout } from "../../core/online/layout.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { OnlineStore, OnlineWrite, WriteOutcome } from "../../core/ports/online-store.ts";
import type { BatchViewVersion } from "../../core/registry/snapshot.ts";
import { type Column, scalar } from "../../core/values/type.ts";
import type { ColumnBatch, Micros, Value } from "../../core/values/value.ts";

const microsPerSecond = 1_000_000n;

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
	const { ttlSeconds } = definition;
	const kept = ttlSeconds === null ? null : BigInt(ttlSeconds) * microsPerSecond + retentionMicros;
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
	readonly online: Pick<OnlineStore, "write">;
	readonly bus: Pick<Bus, "publish">;
	readonly retentionMicros: Micros;
}

/** A null of any type is the same in the packed order. */
const absent: Column = { name: "", type: scalar("STRING") };

/** Behind those of the log and of volatile pushes: a row of a file or table that has a sequence number only to say when it was read. */
const readOrigin = -(2n ** 63n);

/** Rows of one call of the store. */
const writesPerBatch = 5_000;

/**
 * Makes the function that writes rows as `OfflineEngine.latest` yields them (keys, features, event and created time,
 * tie-break columns, sequence, deleted); it resolves to how many were newer than what was there. `readAt`: rows without a
 * sequence number, equal in all before it, are ordered by it: what a file or SQL says now, not what it once said. Null:
 * by their values.
 */
export function batchWriter({ online, bus, retentionMicros }: BatchWriterDeps) {
	return async (
		projectId: number,
		view: BatchViewVersion,
		columns: readonly Column[],
		batch: ColumnBatch,
		readAt: Micros | null = null,
	): Promise<number> => {
		const ofFiles = readAt === null ? null : readOrigin + readAt;
		const keyCount = view.joinKeys.length;
		const firstTie = keyCount + view.definition.features.length + 2;
		// All that the source names, as pushes have them: one that SQL left out is null.
		const tiesAt = view.source.definition.tieBreak.map((name) =>
			columns.findIndex((column, at) => at >= firstTie && at < columns.length - 2 && column.name === name),
		);
		const tieBreak = tiesAt.map((at) => columns[at] ?? absent);
		const pack = compilePacker(projectId, view, tieBreak, retentionMicros);
		const at = (column: number, row: number): Value => batch.columns[column]?.[row] ?? null;
		// One row of scratch serves all rows: it has been packed before the next one is looked at.
		const keys = new Array<Value>(keyCount).fill(null);
		const values = new Array<Value>(firstTie - 2 - keyCount).fill(null);
		const ties = new Array<Value>(tiesAt.length).fill(null);
		const packAt = (row: number): OnlineWrite | null => {
			const eventTime = at(firstTie - 2, row);
			if (typeof eventTime !== "bigint") return null;
			for (let i = 0; i < keyCount; i++) keys[i] = at(i, row);
			for (let i = 0; i < values.length; i++) values[i] = at(keyCount + i, row);
			for (let i = 0; i < ties.length; i++) ties[i] = at(tiesAt[i] ?? -1, row);
			return pack(keys, {
				eventTime,
				createdTime: at(firstTie - 1, row) as Micros | null,
				tieBreak: ties,
				sequence: (at(columns.length - 2, row) as bigint | null) ?? ofFiles,
				deleted: at(columns.length - 1, row) === true,
				values,
			});
		};
		let written = 0;
		let pending: Promise<readonly WriteOutcome[]> = Promise.resolve([]);
		const settle = async (): Promise<void> => {
			for (const outcome of await pending) if (outcome === "WRITTEN") written++;
		};
		// The store writes one part while the next one is packed.
		for (let start = 0; start < batch.rowCount; start += writesPerBatch) {
			const end = Math.min(batch.rowCount, start + writesPerBatch);
			const writes: OnlineWrite[] = [];
			try {
				for (let row = start; row < end; row++) {
					const write = packAt(row);
					if (write !== null) writes.push(write);
				}
			} finally {
				await settle();
			}
			pending = online.write(writes);
		}
		await settle();
		if (written > 0) await bus.publish({ topic: "values", viewVersionId: view.id, keys: [] });
		return written;
	};
}
