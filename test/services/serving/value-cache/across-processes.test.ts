/** The cache on a real Redis and a real bus: what another process writes, and what is missed while the bus is away. */
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { compileEncoder } from "../../../../core/online/encode.ts";
import { compileKeyEncoder } from "../../../../core/online/key.ts";
import { onlineLayout } from "../../../../core/online/layout.ts";
import type { Bus } from "../../../../core/ports/bus.ts";
import { noObserver } from "../../../../core/ports/online-observer.ts";
import type { OnlineStore } from "../../../../core/ports/online-store.ts";
import { scalar } from "../../../../core/values/type.ts";
import { newUse } from "../../../../services/serving/read/packed-reader.ts";
import { cachedReads } from "../../../../services/serving/value-cache/cached-reads.ts";
import { followWrites, forgettingWrites } from "../../../../services/serving/value-cache/follow-writes.ts";
import { ValueCache } from "../../../../services/serving/value-cache/value-cache.ts";
import { connectPostgresBus } from "../../../../stores/bus/postgres-bus.ts";
import { openRedisOnlineStore } from "../../../../stores/online/redis/redis-online-store.ts";
import { testDatabase } from "../../../support/database.ts";
import { redisServer, startRedis, type TestRedis } from "../../../support/redis.ts";
import { silentLogger } from "../../../support/silent-logger.ts";

const view = 7;
const keyOf = compileKeyEncoder(1, view, [{ name: "id", type: scalar("INT64") }]);
const encode = compileEncoder(onlineLayout([{ name: "a", type: scalar("INT64") }], []));
const valueOf = (time: number): Uint8Array =>
	encode({ eventTime: BigInt(time), createdTime: null, tieBreak: [], sequence: null, deleted: false, values: [1n] });
const [a, b] = [keyOf([1n]), keyOf([2n])];
const hour = 3_600_000;

describe.skipIf(redisServer.missing)(`the cache of several processes${redisServer.reason}`, () => {
	const database = testDatabase();
	let redis: TestRedis;
	let admin: Redis;
	let time = 0;

	/** What a process has: its own connections, bus and cache. */
	interface Process {
		readonly store: OnlineStore;
		readonly bus: Bus;
		readonly connected: boolean[];
		read(): Promise<(Uint8Array | null)[]>;
		/** Writes, and tells of it as the writers of serving do. */
		write(keys: readonly Uint8Array[], news: "keys" | "view" | "none"): Promise<Uint8Array>;
	}
	const processes: Process[] = [];
	async function startProcess(): Promise<Process> {
		const redisStore = openRedisOnlineStore({ url: redis.url, commandTimeoutMs: 5000, logger: null });
		const bus = await connectPostgresBus({ url: database.url, logger: silentLogger });
		const cache = new ValueCache({ entries: 100, bytes: 1 << 20, now: () => performance.now() });
		const store = forgettingWrites(redisStore, cache);
		await followWrites(cache, bus);
		const connected: boolean[] = [];
		bus.onConnection((isConnected) => connected.push(isConnected));
		const policyOf = () => ({ maxStalenessMs: hour, unansweredMs: hour });
		const reads = cachedReads({ reads: redisStore, cache, policyOf, observer: noObserver });
		const made: Process = {
			store,
			bus,
			connected,
			read: async () => [...(await reads.read([a, b], newUse()))],
			async write(keys, news) {
				const value = valueOf(++time);
				await store.write(keys.map((key) => ({ key, value, expiresAt: null })));
				const named = keys.map((key) => Buffer.from(key).toString("base64"));
				if (news !== "none") {
					await bus.publish({ topic: "values", viewVersionId: view, keys: news === "keys" ? named : [] });
				}
				return value;
			},
		};
		processes.push(made);
		return made;
	}

	beforeAll(async () => {
		redis = await startRedis();
		admin = new Redis(redis.url);
	});
	beforeEach(() => admin.flushall());
	afterEach(async () => {
		await Promise.all(processes.splice(0).flatMap(({ store, bus }) => [store.close(), bus.close()]));
	});
	afterAll(async () => {
		admin.disconnect();
		await redis.stop();
	});

	it("forgets what another one writes as it hears of it, and at once what its own writes", async () => {
		const [ours, theirs] = [await startProcess(), await startProcess()];
		expect(await ours.read()).toEqual([null, null]);
		const first = await theirs.write([a], "keys");
		await expect.poll(() => ours.read()).toEqual([Buffer.from(first), null]);
		const second = await theirs.write([a, b], "view");
		await expect.poll(() => ours.read()).toEqual([Buffer.from(second), Buffer.from(second)]);
		const third = await ours.write([b], "none");
		expect(await ours.read()).toEqual([Buffer.from(second), Buffer.from(third)]);
		// And that it was the cache that answered:
		await admin.flushall();
		expect(await ours.read()).toEqual([Buffer.from(second), Buffer.from(third)]);
	});

	it("asks the store while the bus is away, and again for all that was there when it is back", async () => {
		const [ours, theirs] = [await startProcess(), await startProcess()];
		await theirs.write([a], "keys");
		await ours.read();
		// The news of this one is lost.
		const lost = await theirs.write([a], "none");
		await database.database.pool.query(
			"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'featuregraph bus'",
		);
		await expect.poll(() => ours.connected, { timeout: 20_000 }).toEqual([true, false, true]);
		expect(await ours.read()).toEqual([Buffer.from(lost), null]);
		await admin.flushall();
		expect(await ours.read()).toEqual([Buffer.from(lost), null]);
	});
});
