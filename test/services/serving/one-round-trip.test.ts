/** Counts the commands that a real Redis received. */
import { Redis } from "ioredis";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { featureValuesLoader } from "../../../loaders/feature-values.ts";
import { openRedisOnlineStore } from "../../../stores/online/redis/redis-online-store.ts";
import { redisServer, startRedis, type TestRedis } from "../../support/redis.ts";
import { batchView, entity, onDemandView, pushSource, snapshotOf } from "../../support/registry-snapshot.ts";
import { at, everything, featuresIn, servingFixture } from "./serving-fixture.ts";

describe.skipIf(redisServer.missing)(`reads of one operation on Redis${redisServer.reason}`, () => {
	let redis: TestRedis;
	let admin: Redis;
	beforeAll(async () => {
		redis = await startRedis();
		admin = new Redis(redis.url);
	});
	afterAll(async () => {
		admin.disconnect();
		await redis.stop();
	});
	const serving = servingFixture(async () => {
		await admin.flushall();
		return openRedisOnlineStore({ url: redis.url, commandTimeoutMs: 5000, logger: null });
	});

	const airport = entity(1, "airport", { airport: "string" });
	const carrier = entity(2, "carrier", { carrier: "int64" });
	const time = { event_time: "timestamp" };
	const landings = pushSource(7001, "landings", { airport: "string", ...time, delay: "float64" });
	const flown = pushSource(7002, "flown", { carrier: "int64", ...time, flights: "int64" });
	const views = () => {
		const [first = 0, second = 0] = serving.ids;
		const delays = batchView(first, "airport_delays", [airport], landings, { delay: "float64" });
		const flights = batchView(second, "carrier_flights", [carrier], flown, { flights: "int64" });
		const trip = onDemandView(800, "trip", {}, [delays, flights], {
			product: ["float64", "airport_delays.delay * carrier_flights.flights"],
		});
		return { delays, flights, trip };
	};

	beforeEach(async () => {
		const { delays, flights, trip } = views();
		serving.use(snapshotOf({ sources: [landings, flown], views: [delays, flights, trip] }));
		const rows = ["JFK", "LAX"].map((name, i) => ({ airport: name, event_time: at(-10), delay: i + 1 }));
		await serving.push({ into: { source: "landings" }, rows });
		await serving.push({ into: { source: "flown" }, rows: [{ carrier: 5, event_time: at(-10), flights: 3 }] });
	});

	async function commands(): Promise<Record<string, number>> {
		const calls = [...(await admin.info("commandstats")).matchAll(/cmdstat_([^:]+):calls=(\d+)/g)];
		return Object.fromEntries(calls.map(([, name = "", count]) => [name, Number(count)]));
	}

	it("are one MGET, generic and typed fields together, and read no key twice", async () => {
		const { delays, flights } = views();
		const asked: number[] = [];
		const reader = featureValuesLoader({
			read(keys) {
				asked.push(keys.length);
				return serving.store.read(keys);
			},
		});
		const generic = (features: readonly string[], entities: readonly unknown[]) =>
			serving.onlineFeatures(
				everything,
				{ project: "default", select: { features }, bindings: [], entities, fullFeatureNames: false },
				reader,
			);
		const typed = async (view: typeof delays, key: string | bigint, feature: string) => {
			const { columns } = await serving.featureRows(
				everything,
				{ project: "default", projectId: 1 },
				{ view, features: [feature], rows: [{ keys: [key], request: {} }] },
				reader,
			);
			return columns;
		};
		await admin.config("RESETSTAT");
		const [frame, product, row, other] = await Promise.all([
			generic(["airport_delays:delay"], [{ airport: "JFK" }, { airport: "LAX" }, { airport: "JFK" }]),
			generic(
				["trip:product"],
				[
					{ airport: "LAX", carrier: 5 },
					{ airport: "JFK", carrier: 6 },
				],
			),
			typed(delays, "JFK", "delay"),
			typed(flights, 5n, "flights"),
		]);
		expect(await commands()).toMatchObject({ mget: 1 });
		expect(asked).toEqual([4]);
		expect(featuresIn(frame)["delay"]).toEqual([
			[1, 2, 1],
			["PRESENT", "PRESENT", "PRESENT"],
		]);
		expect(featuresIn(product)["product"]).toEqual([
			[6, null],
			["PRESENT", "NULL_VALUE"],
		]);
		expect([row, other]).toEqual([[[1]], [[3n]]]);

		await admin.config("RESETSTAT");
		await typed(delays, "LAX", "delay");
		expect((await commands())["mget"]).toBeUndefined();
	});

	it("are none where no key can be asked for", async () => {
		await admin.config("RESETSTAT");
		const frame = await serving.read({ select: { features: ["airport_delays:delay"] }, entities: [{ airport: null }] });
		expect(featuresIn(frame)["delay"]).toEqual([[null], ["NOT_FOUND"]]);
		expect((await commands())["mget"]).toBeUndefined();
	});
});
