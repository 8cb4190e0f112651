/** What is in a batch of packed writes. */
import type { OnlineWrite, PackedBatch, PackedBytes } from "../ports/online-store.ts";

export const startOf = ({ ends }: PackedBytes, index: number): number =>
	index === 0 ? 0 : (ends[index - 1] as number);

/** One of them; the bytes of the batch, not a copy. */
export const bytesAt = (packed: PackedBytes, index: number): Buffer =>
	packed.bytes.subarray(startOf(packed, index), packed.ends[index]);

/** One write of a batch. */
export const writeOf = ({ keys, values, expiresAt }: PackedBatch, index: number): OnlineWrite => ({
	key: bytesAt(keys, index),
	value: bytesAt(values, index),
	expiresAt: expiresAt?.[index] ?? null,
});

/** The writes one by one, for a store that takes them so. */
export const writesOf = (batch: PackedBatch): OnlineWrite[] =>
	Array.from({ length: batch.count }, (_, index) => writeOf(batch, index));
