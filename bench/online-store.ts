/**
 * The online stores against the plain clients below them: rows of ten doubles, by the processor time that one takes of
 * this process and of the server, so that a busy machine bears on both alike.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Cluster, Redis } from "ioredis";
import { open } from "lmdb";
import { compileDecoder } from "../core/online/decode.ts";
import { compileEncoder } from "../core/online/encode.ts";
import { compileKeyEncoder } from "../core/online/key.ts";
import { onlineLayout } from "../core/online/layout.ts";
import { noObserver } from "../core/ports/online-observer.ts";
import type { OnlineStore, OnlineWrite } from "../core/ports/online-store.ts";
import { scalar } from "../core/values/type.ts";
import { newUse } from "../services/serving/read/packed-reader.ts";
import { cachedReads } from "../services/serving/value-cache/cached-reads.ts";
import { ValueCache } from "../services/serving/value-cache/value-cache.ts";
import { guardedStore } from "../stores/online/guarded-store.ts";
import { openLmdbOnlineStore } from "../stores/online/lmdb/lmdb-online-store.ts";
import { openRedisOnlineStore } from "../stores/online/redis/redis-online-store.ts";
import { startRedis } from "../test/support/redis.ts";
import { startRedisCluster } from "../test/support/redis-cluster.ts";
import { type ProcessorTime, processorTime, type Work } from "./processor-time.ts";
import type { Benchmark } from "./result.ts";

const entities = 100_000;
const perRead = 100;
const perWrite = 5_000;
const options = { rounds: 3, itemsEach: 30_000, inFlight: 4 };

const features = Array.from({ length: 10 }, (_, i) => ({ name: `f${i}`, type: scalar("FLOAT64") }));
const layout = onlineLayout(features, []);
const encode = compileEncoder(layout);
const decode = compileDecoder(
	layout,
	features.map(({ name }) => name),
);
const keyOf = compileKeyEncoder(1, 1, [{ name: "id", type: scalar("INT64") }]);
const keys = Array.from({ length: entities }, (_, i) => keyOf([BigInt(i)]) as Buffer);

let clock = 1_700_000_000_000_000n;
const numbers = features.map(() => Math.random());
const row = (eventTime: bigint) => ({
	eventTime,
	createdTime: eventTime,
	tieBreak: [],
	sequence: 1n,
	deleted: false,
	values: numbers,
});

/** A run of neighbours somewhere in `all`. */
function some<T>(all: readonly T[], count: number): T[] {
	const start = Math.floor(Math.random() * (all.length - count));
	return all.slice(start, start + count);
}

/** Packed beforehand: what is measured is the store. */
const packed = keys.map((key): OnlineWrite => ({ key, value: encode(row(clock)), expiresAt: null }));
/** One newer value for all keys of the batch. */
function newer(): OnlineWrite[] {
	const value = encode(row(++clock));
	return some(keys, perWrite).map((key) => ({ key, value, expiresAt: null }));
}
/** Packed row by row, as pushes and materialization do. */
function packedNow(): OnlineWrite[] {
	const start = Math.floor(Math.random() * (entities - perWrite));
	clock++;
	return Array.from({ length: perWrite }, (_, i) => ({
		key: keyOf([BigInt(start + i)]),
		value: encode(row(clock)),
		expiresAt: null,
	}));
}

const works = (store: OnlineStore) => ({
	read: async () => (await store.read(some(keys, perRead))).length,
	readAndDecode: async () => (await store.read(some(keys, perRead))).map((bytes) => bytes && decode(bytes)).length,
	readOne: async () => (await store.read(some(keys, 1))).length,
	writeNewer: async () => (await store.write(newer())).length,
	packAndWriteNewer: async () => (await store.write(packedNow())).length,
	writeOlder: async () => (await store.write(some(packed, perWrite))).length,
});

const prefixed = (prefix: string, all: Readonly<Record<string, Work>>): Record<string, Work> =>
	Object.fromEntries(Object.entries(all).map(([name, work]) => [`${prefix}.${name}`, work]));

async function usedMicros(servers: readonly Redis[]): Promise<number> {
	const infos = await Promise.all(servers.map((server) => server.info("cpu")));
	const seconds = infos.flatMap((info) =>
		[...info.matchAll(/^used_cpu_(?:sys|user):([\d.]+)/gm)].map(([, value]) => Number(value)),
	);
	return 1e6 * seconds.reduce((sum, value) => sum + value, 0);
}

/** Of keys and values with their tables, without what connections and scripts take. */
async function memoryOf(server: Redis): Promise<number> {
	const stats = (await server.call("MEMORY", "STATS")) as (string | number | (string | number)[])[];
	const valueAt = (list: readonly unknown[], name: string): unknown => list[list.indexOf(name) + 1];
	const tables = stats.includes("db.0") ? (valueAt(stats, "db.0") as (string | number)[]) : [];
	const overheads = ["overhead.hashtable.main", "overhead.hashtable.expires"].map((name) =>
		Number(valueAt(tables, name) ?? 0),
	);
	return overheads.reduce((sum, bytes) => sum + bytes, Number(valueAt(stats, "dataset.bytes")));
}

/** Bytes of Redis for one entity: key, value, and what it takes to keep them. */
async function bytesPerEntity(store: OnlineStore, server: Redis, expiresAt: bigint | null): Promise<number> {
	await server.flushall();
	const before = await memoryOf(server);
	await store.write(packed.map((write) => ({ ...write, expiresAt })));
	return Math.round(((await memoryOf(server)) - before) / entities);
}

const plainWorks = (client: Redis): Record<string, Work> => ({
	read: async () => (await client.mgetBuffer(some(keys, perRead))).length,
	readOne: async () => (await client.mgetBuffer(some(keys, 1))).length,
	async write() {
		const writes = newer();
		for (let start = 0; start < perWrite; start += 500) {
			const part = writes.slice(start, start + 500);
			await client.mset(...part.flatMap(({ key, value }) => [key as Buffer, value as Buffer]));
		}
		return perWrite;
	},
});

const plainClusterWorks = (client: Cluster): Record<string, Work> => ({
	read: async () => (await Promise.all(some(keys, perRead).map((key) => client.getBuffer(key)))).length,
	write: async () =>
		(await Promise.all(newer().map(({ key, value }) => client.set(key as Buffer, value as Buffer)))).length,
});

export const run: Benchmark = async () => {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const [server, nodes] = await Promise.all([startRedis(), startRedisCluster()]);
	const redis = openRedisOnlineStore({ url: server.url, commandTimeoutMs: 30_000, logger: null });
	const cluster = openRedisOnlineStore({ url: nodes.url, commandTimeoutMs: 30_000, logger: null });
	const plainRedis = new Redis(server.url);
	const plainCluster = new Cluster(nodes.primaries.map(({ port }) => ({ host: "127.0.0.1", port })));
	const lmdb = openLmdbOnlineStore({ path: join(folder, "store"), clock: { now: () => clock } });
	const plainLmdb = open<Buffer, Buffer>({ path: join(folder, "plain"), keyEncoding: "binary", encoding: "binary" });
	const guard = { deadlineMs: 30_000, failuresToOpen: 5, openMs: 1000, observer: noObserver };
	const { serving } = guardedStore(redis, redis.serving, guard);
	const cache = new ValueCache({ entries: entities, bytes: 1 << 30, now: () => performance.now() });
	const cached = cachedReads({
		reads: serving,
		cache,
		policyOf: () => ({ maxStalenessMs: 3_600_000, unansweredMs: 3_600_000 }),
		observer: noObserver,
	});
	try {
		const memory = {
			withExpiry: await bytesPerEntity(redis, plainRedis, 4_000_000_000_000_000n),
			without: await bytesPerEntity(redis, plainRedis, null),
		};
		await Promise.all([lmdb.write(packed), cluster.write(packed)]);
		const { bytes: lmdbBytes } = await lmdb.usage();
		for (let start = 0; start < entities; start += perRead)
			await cached.read(keys.slice(start, start + perRead), newUse());
		plainLmdb.transactionSync(() => {
			for (const { key, value } of packed) plainLmdb.putSync(key as Buffer, value as Buffer);
		});
		const times = await processorTime<string>(
			{
				...prefixed("redis.plain", plainWorks(plainRedis)),
				...prefixed("redis", works(redis)),
				"redis.guardedReadOne": async () => (await serving.read(some(keys, 1))).length,
				"cache.read": async () => (await cached.read(some(keys, perRead), newUse())).length,
				"cache.readOne": async () => (await cached.read(some(keys, 1), newUse())).length,
				...prefixed("cluster.plain", plainClusterWorks(plainCluster)),
				...prefixed("cluster", works(cluster)),
				...prefixed("lmdb.plain", {
					read: async () => some(keys, perRead).map((key) => plainLmdb.getBinary(key)).length,
					async write() {
						const batch = newer();
						plainLmdb.transactionSync(() => {
							for (const { key, value } of batch) plainLmdb.putSync(key as Buffer, value as Buffer);
						});
						return batch.length;
					},
				}),
				...prefixed("lmdb", works(lmdb)),
				"codec.encode": async () => packedNow().length,
				"codec.decode": async () => some(packed, 1000).map(({ value }) => decode(value)).length,
			},
			{
				...options,
				serverMicros: () => usedMicros([plainRedis, ...nodes.primaries.map(({ admin }) => admin)]),
			},
		);
		return {
			name: "online-store",
			...summarize(times),
			figures: {
				...summarize(times).figures,
				redisBytesPerEntity: memory.without,
				redisBytesPerEntityWithExpiry: memory.withExpiry,
				lmdbBytesPerEntity: lmdbBytes / entities,
				cacheBytesPerEntity: cache.size.bytes / cache.size.entries,
				valueBytes: packed[0]?.value.length ?? 0,
				keyBytes: keys[0]?.length ?? 0,
			},
		};
	} finally {
		await Promise.all([redis.close(), cluster.close(), lmdb.close(), plainLmdb.close()]);
		plainRedis.disconnect();
		plainCluster.disconnect();
		await Promise.all([server.stop(), nodes.stop()]);
		await rm(folder, { recursive: true, force: true });
	}
};

function summarize(times: Readonly<Record<string, ProcessorTime>>) {
	const figures: Record<string, number> = {};
	for (const [name, { ownMicros, serverMicros }] of Object.entries(times)) {
		figures[`${name}.ownMicros`] = rounded(ownMicros);
		if (/^(redis|cluster)/.test(name)) figures[`${name}.serverMicros`] = rounded(serverMicros);
	}
	/** What one core for this process and one for the server would do. */
	const rate = (name: string): number => {
		const { ownMicros = Number.NaN, serverMicros = 0 } = times[name] ?? {};
		return Math.round(1e6 / Math.max(ownMicros, serverMicros));
	};
	const ratio = (ours: string, plain: string): number => rounded(rate(ours) / rate(plain));
	return {
		figures: {
			...figures,
			redisRowsWrittenPerSecond: rate("redis.writeNewer"),
			redisRowsPackedAndWrittenPerSecond: rate("redis.packAndWriteNewer"),
			redisEntitiesReadAndDecodedPerSecond: rate("redis.readAndDecode"),
			clusterRowsWrittenPerSecond: rate("cluster.writeNewer"),
			clusterEntitiesReadPerSecond: rate("cluster.read"),
			guardMicros: rounded(
				(times["redis.guardedReadOne"]?.ownMicros ?? Number.NaN) - (times["redis.readOne"]?.ownMicros ?? Number.NaN),
			),
		},
		ratios: {
			redisReadToMget: ratio("redis.read", "redis.plain.read"),
			redisReadAndDecodeToMget: ratio("redis.readAndDecode", "redis.plain.read"),
			redisReadOneToMget: ratio("redis.readOne", "redis.plain.readOne"),
			redisWriteNewerToMset: ratio("redis.writeNewer", "redis.plain.write"),
			redisWriteOlderToMset: ratio("redis.writeOlder", "redis.plain.write"),
			clusterReadToGets: ratio("cluster.read", "cluster.plain.read"),
			clusterWriteNewerToSets: ratio("cluster.writeNewer", "cluster.plain.write"),
			cacheReadToMget: ratio("cache.read", "redis.plain.read"),
			lmdbReadToGet: ratio("lmdb.read", "lmdb.plain.read"),
			lmdbReadAndDecodeToGet: ratio("lmdb.readAndDecode", "lmdb.plain.read"),
			lmdbWriteNewerToPut: ratio("lmdb.writeNewer", "lmdb.plain.write"),
		},
		// MSET and put only write: a script or transaction that keeps the newer reads and compares first.
		goals: {
			redisReadToMget: 0.85,
			redisWriteNewerToMset: 0.25,
			redisRowsWrittenPerSecond: 300_000,
			clusterReadToGets: 1,
			lmdbReadToGet: 0.7,
			lmdbWriteNewerToPut: 0.4,
		},
	};
}

const rounded = (value: number): number => Math.round(100 * value) / 100;
