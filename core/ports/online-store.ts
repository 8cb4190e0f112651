import type { Micros } from "../values/value.ts";

/** One packed value to write. `core/online` makes keys and values. */
export interface OnlineWrite {
	readonly key: Uint8Array;
	readonly value: Uint8Array;
	/** When it may be forgotten (event time + ttl + retention); null: never. */
	readonly expiresAt: Micros | null;
}

/** Keys, or values, of many rows, one behind the other. */
export interface PackedBytes {
	readonly bytes: Buffer;
	/** Where each ends; it begins where the one before ends. */
	readonly ends: Uint32Array;
}

/** Writes of one view version without an object for each of them. `core/online/packed-batch.ts` takes them apart. */
export interface PackedBatch {
	readonly viewVersionId: number;
	readonly count: number;
	readonly keys: PackedBytes;
	readonly values: PackedBytes;
	/** As those of `OnlineWrite`; null: none expires. */
	readonly expiresAt: BigInt64Array | null;
}

export type WriteOutcome = "WRITTEN" | "OLDER";

/** Values, and what they take; of all projects: memory of Redis, disk of LMDB. */
export interface OnlineUsage {
	readonly entities: number;
	readonly bytes: number;
}

/**
 * Latest values, one packed value per (view version, entity). Adapters know bytes only.
 * The newer of two writes wins, whatever order they arrive in: the one that is greater byte by byte behind the header
 * (`isNewer` of core/online), where the whole order of rule 3 lies, columns included. An expired value is none.
 * What cannot be reached is STORE_UNAVAILABLE.
 */
export interface OnlineStore {
	readonly name: string;
	/** One round trip for all keys (one per node of a cluster). Null where there is none. */
	read(keys: readonly Uint8Array[]): Promise<(Uint8Array | null)[]>;
	/** Keeps the newer of what is there and what comes. Atomic per key. Outcomes in the order of the writes. */
	write(writes: readonly OnlineWrite[]): Promise<WriteOutcome[]>;
	/** As `write`, of many rows at once; how many were written. */
	writePacked(batch: PackedBatch): Promise<number>;
	/** Forgets all keys that begin with `prefix`; how many. */
	drop(prefix: Uint8Array): Promise<number>;
	/**
	 * What the keys that begin with `prefix` take, by view version: bytes of keys and values, in Redis with all that it holds
	 * of a key, told by samples. Looks at all of these keys, in Redis at all others too. Rejects with the signal's reason.
	 */
	measure(prefix: Uint8Array, signal: AbortSignal): Promise<ReadonlyMap<number, OnlineUsage>>;
	/** Frees the room of values that have expired; how many. Nothing to do for a store that does so itself. */
	sweep(): Promise<number>;
	/** How much it holds. Cheap enough to be asked every few seconds. */
	usage(): Promise<OnlineUsage>;
	ping(): Promise<void>;
	close(): Promise<void>;
}
