import type { Redis } from "ioredis";
import type { OnlineWrite, PackedBatch } from "../../../core/ports/online-store.ts";

export const readPreferences = ["primary", "primaryPreferred", "replicaPreferred"] as const;

/**
 * Where serving reads go: to the primaries alone; to a replica when the primary cannot be asked; to replicas as long as
 * one can be. A replica may lag behind by what has not reached it yet.
 */
export type ReadPreference = (typeof readPreferences)[number];

/** One server with its replicas, or a cluster. Errors are the client's own. */
export interface RedisServers {
	readonly isCluster: boolean;
	/** From the primaries: what was acknowledged is there. */
	read(keys: readonly Uint8Array[]): Promise<(Buffer | null)[]>;
	/** As the preference says. */
	readForServing(keys: readonly Uint8Array[]): Promise<(Buffer | null)[]>;
	/** One character per write: 1 written, 0 older. */
	keepNewer(writes: readonly OnlineWrite[]): Promise<string>;
	/** How many rows were written. Absent on a cluster, where each node has to be told its own keys. */
	keepNewerPacked?(batch: PackedBatch): Promise<number>;
	/** All of them: rejects where one is away. */
	primaries(): Promise<readonly Redis[]>;
	/** Resolves when every connection that will be used stands. */
	connect(): Promise<void>;
	ping(): Promise<void>;
	close(): Promise<void>;
}

/** Redis serves nobody else while a script runs: this many writes take about a millisecond. */
export const writesPerScript = 500;
export const bytesPerScript = 4 << 20;

/** The connection pool: each taker gets the next one. */
export function inTurn<T>(all: readonly T[]): () => T {
	let next = 0;
	return () => {
		const taken = all[next] as T;
		next = (next + 1) % all.length;
		return taken;
	};
}
