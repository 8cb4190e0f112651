/** Serving while a real Redis stalls: pushes are taken, reads end, and everything is there when it goes on. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noObserver } from "../../../core/ports/online-observer.ts";
import type { FeatureFrame } from "../../../core/reads/frame.ts";
import { featureValuesLoader } from "../../../loaders/feature-values.ts";
import { newUse } from "../../../services/serving/read/packed-reader.ts";
import { cachedReads } from "../../../services/serving/value-cache/cached-reads.ts";
import { ValueCache } from "../../../services/serving/value-cache/value-cache.ts";
import { guardedStore } from "../../../stores/online/guarded-store.ts";
import { openRedisOnlineStore } from "../../../stores/online/redis/redis-online-store.ts";
import { redisServer, startRedis, type TestRedis } from "../../support/redis.ts";
import { batchView, entity, pushSource, snapshotOf } from "../../support/registry-snapshot.ts";
import { at, everything, featuresIn, servingFixture } from "./serving-fixture.ts";

describe.skipIf(redisServer.missing)(`serving on a Redis that stalls${redisServer.reason}`, () => {
	let redis: TestRedis;
	let isStalled = false;
	let cache: ValueCache;
	const pause = (): void => {
		process.kill(redis.pid, "SIGSTOP");
		isStalled = true;
	};
	const goOn = (): void => {
		if (isStalled) process.kill(redis.pid, "SIGCONT");
		isStalled = false;
	};
	beforeAll(async () => {
		redis = await startRedis();
	});
	afterEach(goOn);
	afterAll(() => redis.stop());

	let reads: Parameters<typeof cachedReads>[0]["reads"];
	const serving = servingFixture(async () => {
		const store = openRedisOnlineStore({ url: redis.url, commandTimeoutMs: 300, logger: null });
		const guarded = guardedStore(store, store.serving, {
			deadlineMs: 300,
			failuresToOpen: 2,
			openMs: 100,
			observer: noObserver,
		});
		reads = guarded.serving;
		return guarded;
	});
	const airport = entity(1, "airport", { airport: "string" });
	const landings = pushSource(8101, "landings", { airport: "string", event_time: "timestamp", delay: "float64" });
	beforeEach(() => {
		const view = batchView(serving.ids[0] ?? 0, "airport_delays", [airport], landings, { delay: "float64" });
		serving.use(snapshotOf({ sources: [landings], views: [view] }));
		cache = new ValueCache({ entries: 100, bytes: 1 << 20, now: () => performance.now() });
	});
	const push = (airportCode: string, seconds: number, delay: number) =>
		serving.push({ into: { source: "landings" }, rows: [{ airport: airportCode, event_time: at(seconds), delay }] });
	const read = (
		airports: readonly string[],
		policy = { maxStalenessMs: 0, unansweredMs: 600_000 },
	): Promise<FeatureFrame> =>
		serving.onlineFeatures(
			everything,
			{
				project: "default",
				select: { features: ["airport_delays:delay"] },
				bindings: [],
				entities: airports.map((name) => ({ airport: name })),
				fullFeatureNames: false,
			},
			featureValuesLoader(cachedReads({ reads, cache, policyOf: () => policy, observer: noObserver }), newUse()),
		);
	const staleOf = ({ columns }: FeatureFrame) => columns.find(({ role }) => role === "FEATURE")?.stale;

	it("takes pushes into the log, and shows them when it goes on", async () => {
		await push("JFK", -60, 1);
		pause();
		const pushed = [];
		for (let i = 0; i < 4; i++) pushed.push(await push("JFK", -50 + i, 10 + i));
		expect(pushed.map(({ accepted }) => accepted)).toEqual([1, 1, 1, 1]);
		const writer = serving.newWriter();
		expect(await writer.drainHandovers()).toBe(0);
		goOn();
		await expect
			.poll(
				() =>
					writer
						.drainHandovers()
						.then(() => read(["JFK"]))
						.then(
							(frame) => featuresIn(frame)["delay"],
							() => null,
						),
				{ timeout: 20_000 },
			)
			.toEqual([[13], ["PRESENT"]]);
	});

	it("serves what is in memory, says that it is stale, and has ERROR for what is not there", async () => {
		await push("JFK", -60, 1);
		const before = await read(["JFK", "LAX"]);
		expect([featuresIn(before)["delay"], staleOf(before)]).toEqual([
			[
				[1, null],
				["PRESENT", "NOT_FOUND"],
			],
			false,
		]);
		pause();
		for (let i = 0; i < 4; i++) {
			const frame = await read(["JFK", "LAX", "ORD"]);
			expect(featuresIn(frame)["delay"]).toEqual([
				[1, null, null],
				["PRESENT", "NOT_FOUND", "ERROR"],
			]);
			expect(staleOf(frame)).toBe(true);
		}
		await expect(read(["ORD"])).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
		await expect(read(["JFK"], { maxStalenessMs: 0, unansweredMs: 0 })).rejects.toMatchObject({
			code: "STORE_UNAVAILABLE",
		});
		goOn();
		await expect
			.poll(() => read(["JFK", "ORD"]).then((frame) => [featuresIn(frame)["delay"], staleOf(frame)]), {
				timeout: 20_000,
			})
			.toEqual([
				[
					[1, null],
					["PRESENT", "NOT_FOUND"],
				],
				false,
			]);
	});
});
