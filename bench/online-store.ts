/** The online stores against the plain clients below them: rows of ten doubles, entities per second. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { open } from "lmdb";
import { compileDecoder } from "../core/online/decode.ts";
import { compileEncoder } from "../core/online/encode.ts";
import { compileKeyEncoder } from "../core/online/key.ts";
import { onlineLayout } from "../core/online/layout.ts";
import type { OnlineStore, OnlineWrite } from "../core/ports/online-store.ts";
import { scalar } from "../core/values/type.ts";
import { openLmdbOnlineStore } from "../stores/online/lmdb/lmdb-online-store.ts";
import { openRedisOnlineStore } from "../stores/online/redis/redis-online-store.ts";
import { startRedis } from "../test/support/redis.ts";
import type { Benchmark } from "./result.ts";
import { throughput, type Work } from "./throughput.ts";

const entities = 100_000;
const perRead = 100;
const perWrite = 500;
const options = { rounds: 3, secondsEach: 0.3, inFlight: 16 };

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
const row = (eventTime: bigint) => ({
	eventTime,
	createdTime: eventTime,
	tieBreak: [],
	sequence: 1n,
	deleted: false,
	values: features.map(() => Math.random()),
});

/** A run of neighbours somewhere in `all`. */
function some<T>(all: readonly T[], count: number): T[] {
	const start = Math.floor(Math.random() * (all.length - count));
	return all.slice(start, start + count);
}

/** The same values each time, packed beforehand: what is measured is the store. */
const packed = keys.map((key): OnlineWrite => ({ key, value: encode(row(clock)), expiresAt: null }));
/** One newer value for all keys of the batch. */
function newer(): OnlineWrite[] {
	const value = encode(row(++clock));
	return some(keys, perWrite).map((key) => ({ key, value, expiresAt: null }));
}

const works = (store: OnlineStore) => ({
	read: async () => (await store.read(some(keys, perRead))).length,
	readAndDecode: async () => (await store.read(some(keys, perRead))).map((bytes) => bytes && decode(bytes)).length,
	readOne: async () => (await store.read(some(keys, 1))).length,
	writeNewer: async () => (await store.write(newer())).length,
	writeOlder: async () => (await store.write(some(packed, perWrite))).length,
});

const prefixed = (prefix: string, all: Readonly<Record<string, Work>>): Record<string, Work> =>
	Object.fromEntries(Object.entries(all).map(([name, work]) => [`${prefix}.${name}PerSecond`, work]));

export const run: Benchmark = async () => {
	const folder = await mkdtemp(join(tmpdir(), "featuregraph-bench-"));
	const server = await startRedis();
	const redis = openRedisOnlineStore({ url: server.url, commandTimeoutMs: 10_000, logger: null });
	const plainRedis = new Redis(server.url);
	const lmdb = openLmdbOnlineStore({ path: join(folder, "store"), clock: { now: () => clock } });
	const plainLmdb = open<Buffer, Buffer>({ path: join(folder, "plain"), keyEncoding: "binary", encoding: "binary" });
	try {
		await redis.write(packed);
		await lmdb.write(packed);
		plainLmdb.transactionSync(() => {
			for (const { key, value } of packed) plainLmdb.putSync(key as Buffer, value as Buffer);
		});
		const flat = (writes: readonly OnlineWrite[]) =>
			writes.flatMap(({ key, value }) => [key as Buffer, value as Buffer]);
		const figures: Readonly<Record<string, number>> = await throughput<string>(
			{
				...prefixed("redis.plain", {
					read: async () => (await plainRedis.mgetBuffer(some(keys, perRead))).length,
					readOne: async () => (await plainRedis.mgetBuffer(some(keys, 1))).length,
					write: async () => (await plainRedis.mset(...flat(newer()))).length && perWrite,
				}),
				...prefixed("redis", works(redis)),
				...prefixed("lmdb.plain", {
					read: async () => some(keys, perRead).map((key) => plainLmdb.getBinary(key)).length,
					write: async () => {
						const batch = newer();
						plainLmdb.transactionSync(() => {
							for (const { key, value } of batch) plainLmdb.putSync(key as Buffer, value as Buffer);
						});
						return batch.length;
					},
				}),
				...prefixed("lmdb", works(lmdb)),
				"codec.encodePerSecond": async () => {
					for (let i = 0; i < 1000; i++) encode(row(clock));
					return 1000;
				},
				"codec.decodePerSecond": async () => some(packed, 1000).map(({ value }) => decode(value)).length,
			},
			options,
		);
		const ratio = (a: string, b: string) =>
			Math.round((100 * (figures[`${a}PerSecond`] ?? 0)) / (figures[`${b}PerSecond`] ?? Number.NaN)) / 100;
		return {
			name: "online-store",
			figures: { ...figures, valueBytes: packed[0]?.value.length ?? 0, keyBytes: keys[0]?.length ?? 0 },
			ratios: {
				redisReadToMget: ratio("redis.read", "redis.plain.read"),
				redisReadAndDecodeToMget: ratio("redis.readAndDecode", "redis.plain.read"),
				redisReadOneToMget: ratio("redis.readOne", "redis.plain.readOne"),
				redisWriteNewerToMset: ratio("redis.writeNewer", "redis.plain.write"),
				redisWriteOlderToMset: ratio("redis.writeOlder", "redis.plain.write"),
				lmdbReadToGet: ratio("lmdb.read", "lmdb.plain.read"),
				lmdbReadAndDecodeToGet: ratio("lmdb.readAndDecode", "lmdb.plain.read"),
				lmdbWriteNewerToPut: ratio("lmdb.writeNewer", "lmdb.plain.write"),
			},
			// MSET and put only write: a script or transaction that keeps the newer reads and compares first.
			goals: { redisReadToMget: 0.85, redisWriteNewerToMset: 0.25, lmdbReadToGet: 0.7, lmdbWriteNewerToPut: 0.4 },
		};
	} finally {
		await Promise.all([redis.close(), lmdb.close(), plainLmdb.close()]);
		plainRedis.disconnect();
		await server.stop();
		await rm(folder, { recursive: true, force: true });
	}
};
