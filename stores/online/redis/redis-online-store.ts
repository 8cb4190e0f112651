import { Redis } from "ioredis";
import type { OnlineStore, OnlineWrite, WriteOutcome } from "../../../core/ports/online-store.ts";
import type { Micros } from "../../../core/values/value.ts";
import { connectRedis, type RedisClient, type RedisConnectionOptions } from "./connect.ts";
import { dropPrefix } from "./drop-prefix.ts";
import { descriptorBytes, keepNewerScript, keepNewerSha } from "./keep-newer.ts";
import { partition } from "./partition.ts";
import { redisUnavailable } from "./redis-error.ts";

/** Keys of one MGET; more go as further ones on the same round trip. */
const keysPerRead = 10_000;
/** Redis serves nobody else while a script runs: this many take about a millisecond. */
const writesPerScript = 500;
const bytesPerScript = 4 << 20;
/** Scripts under way at once, so that a large batch does not fill memory twice. */
const scriptsInFlight = 8;

/**
 * Redis 6.2 or later, or a cluster of them. Connects by itself. Newer-wins is decided in Redis, by one script per
 * batch, so that it holds for writers in any number of processes.
 */
export function openRedisOnlineStore(options: RedisConnectionOptions): OnlineStore {
	const client = connectRedis(options);

	return {
		name: "redis",

		async read(keys) {
			if (keys.length === 0) return [];
			if (client instanceof Redis && keys.length <= keysPerRead) {
				return attempt(() => client.mgetBuffer(keys as Buffer[]));
			}
			const groups = partition(client, keys, keysPerRead, null);
			const replies = await attempt(() =>
				Promise.all(groups.map((group) => client.mgetBuffer(group.map((index) => keys[index] as Buffer)))),
			);
			const values = new Array<Uint8Array | null>(keys.length).fill(null);
			for (const [g, group] of groups.entries()) {
				for (const [i, index] of group.entries()) values[index] = replies[g]?.[i] ?? null;
			}
			return values;
		},

		async write(writes) {
			const outcomes = new Array<WriteOutcome>(writes.length);
			const groups = partition(
				client,
				writes.map(({ key }) => key),
				writesPerScript,
				{ of: (index) => writes[index]?.value.length ?? 0, limit: bytesPerScript },
			);
			for (let start = 0; start < groups.length; start += scriptsInFlight) {
				const window = groups.slice(start, start + scriptsInFlight);
				const replies = await attempt(() =>
					Promise.all(
						window.map((group) =>
							keepNewer(
								client,
								group.map((index) => writes[index] as OnlineWrite),
							),
						),
					),
				);
				for (const [g, group] of window.entries()) {
					for (const [i, index] of group.entries()) outcomes[index] = replies[g]?.[i] === "1" ? "WRITTEN" : "OLDER";
				}
			}
			return outcomes;
		},

		drop: (prefix) => attempt(() => dropPrefix(client, prefix)),

		async sweep() {
			return 0;
		},

		async ping() {
			await attempt(() => client.ping());
		},

		async close() {
			if (client.status === "ready") await client.quit().catch(() => client.disconnect());
			else client.disconnect();
		},
	};
}

/** Runs the script by its hash, and sends it whole where Redis has forgotten it (a restart, SCRIPT FLUSH). */
async function keepNewer(client: RedisClient, writes: readonly OnlineWrite[]): Promise<string> {
	const keys = writes.map(({ key }) => key as Buffer);
	const descriptors = Buffer.allocUnsafe(writes.length * descriptorBytes);
	for (const [i, { value, expiresAt }] of writes.entries()) {
		descriptors.writeUInt32BE(value.length, i * descriptorBytes);
		descriptors.writeDoubleBE(expiryOf(expiresAt), i * descriptorBytes + 4);
	}
	const values = Buffer.concat(writes.map(({ value }) => value));
	try {
		return String(await client.evalsha(keepNewerSha, keys.length, ...keys, descriptors, values));
	} catch (error) {
		if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
		return String(await client.eval(keepNewerScript, keys.length, ...keys, descriptors, values));
	}
}

/** Milliseconds since 1970, rounded up; 0: never. One that has passed is kept apart from never. */
const expiryOf = (expiresAt: Micros | null): number =>
	expiresAt === null ? 0 : Math.max(1, Number((expiresAt + 999n) / 1000n));

async function attempt<T>(work: () => Promise<T>): Promise<T> {
	try {
		return await work();
	} catch (error) {
		throw redisUnavailable(error);
	}
}
