import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import { openLmdbOnlineStore } from "../../../stores/online/lmdb/lmdb-online-store.ts";
import { openRedisOnlineStore } from "../../../stores/online/redis/redis-online-store.ts";
import { startRedis } from "../../support/redis.ts";
import { startRedisCluster } from "../../support/redis-cluster.ts";

/** One kind of store under test: any number of clients of the same data. */
export interface Backend {
	/** Where another process finds it: a URL or a folder. */
	readonly place: string;
	open(): OnlineStore;
	/** Lets the store's clock pass by `ms`. */
	pass(ms: number): Promise<void>;
	stop(): Promise<void>;
}

export const systemClock = { now: () => BigInt(Date.now()) * 1000n };

async function lmdb(): Promise<Backend> {
	const path = await mkdtemp(join(tmpdir(), "featuregraph-lmdb-"));
	let ahead = 0n;
	const clock = { now: () => systemClock.now() + ahead };
	return {
		place: path,
		open: () => openLmdbOnlineStore({ path, clock }),
		pass: async (ms) => {
			ahead += BigInt(ms) * 1000n;
		},
		stop: () => rm(path, { recursive: true, force: true }),
	};
}

async function redis(): Promise<Backend> {
	const server = await startRedis();
	return {
		place: server.url,
		open: () => openRedisOnlineStore({ url: server.url, commandTimeoutMs: 10_000, logger: null }),
		pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
		stop: () => server.stop(),
	};
}

async function redisCluster(): Promise<Backend> {
	const cluster = await startRedisCluster();
	return {
		place: cluster.url,
		open: () => openRedisOnlineStore({ url: cluster.url, commandTimeoutMs: 10_000, logger: null }),
		pass: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
		stop: () => cluster.stop(),
	};
}

export const backends = { lmdb, redis, "redis cluster": redisCluster };
