import { tableFromIPC } from "apache-arrow";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../support/database.ts";
import { applyDefinitions, push } from "../support/graphql-client.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips: { push: {}, eventTime: ended_at, columns: { driver_id: int64, ended_at: timestamp, fare: float64, tip: float64 } }
views:
  fares: { entities: [driver], source: trips, features: { fare: float64 } }
  tips: { entities: [driver], source: trips, features: { tip: float64 } }
`;
const query = `query ($features: [FeatureRef!]!) {
	onlineFeatures(select: { features: $features }, entities: [{ driver_id: 1 }, { driver_id: 2 }]) { columns { name values stale } }
	entities { driver(driverId: 1) { features { fares { fare meta_ { status stale } } } } }
}`;

describe.skipIf(redisServer.missing)(`a server with a cache of online values${redisServer.reason}`, () => {
	const database = testDatabase();
	let redis: TestRedis | undefined;
	let client: Redis;
	let folder: TemporaryFolder | undefined;
	let server: TestServer;

	beforeAll(async () => {
		redis = await startRedis();
		client = new Redis(redis.url);
		folder = await temporaryFolder();
		server = await startServer({
			folder: folder.path,
			env: {
				DATABASE_URL: database.url,
				REDIS_URL: redis.url,
				FEATUREGRAPH_LIMIT_ONLINE_COMMAND_MILLIS: "500",
				FEATUREGRAPH_ONLINE_CACHE_ENTRIES: "1000",
				FEATUREGRAPH_ONLINE_CACHE_MAX_STALENESS_MILLIS: "600000",
				FEATUREGRAPH_ONLINE_CACHE_VIEWS: '{"default/tips":false,"fares":{"unansweredSeconds":600}}',
			},
		});
		await applyDefinitions(server, definitions);
		await write(10);
	});
	afterAll(async () => {
		await server.stop();
		client.disconnect();
		await redis?.stop();
		await folder?.remove();
	});

	let hour = 0;
	async function write(fare: number): Promise<void> {
		const row = { driver_id: 1, ended_at: new Date(Date.UTC(2024, 4, 1, hour++)).toISOString(), fare, tip: 1 };
		expect(await push(server, "trips", [row])).toMatchObject({ accepted: 1, rejected: [] });
	}

	interface Answer {
		readonly onlineFeatures: { readonly columns: readonly { name: string; values: unknown[]; stale: boolean }[] };
		readonly entities: unknown;
	}
	async function read(feature: string, headers: Readonly<Record<string, string>> = {}) {
		const response = await fetch(`${server.url}/graphql`, {
			method: "POST",
			headers: { "content-type": "application/json", ...headers },
			body: JSON.stringify({ query, variables: { features: [feature] } }),
		});
		const { data, errors } = (await response.json()) as { readonly data: Answer; readonly errors?: unknown };
		expect(errors).toBeUndefined();
		const column = data.onlineFeatures.columns.at(-1);
		return { values: column?.values, stale: column?.stale, typed: data.entities };
	}
	const typed = (fare: number, stale = false) => ({
		driver: { features: { fares: { fare, meta_: { status: "PRESENT", stale } } } },
	});
	async function roundTrips(work: () => Promise<unknown>): Promise<number> {
		await client.config("RESETSTAT");
		await work();
		return Number(/^cmdstat_mget:calls=(\d+)/m.exec(await client.info("commandstats"))?.[1] ?? 0);
	}
	const fare = "fares:fare";

	it("answers from it until a value is written, past it when asked to, and never for a view that says so", async () => {
		// Whose versions they are is looked up when they are first met.
		await expect.poll(() => roundTrips(() => read(fare)), { timeout: 20_000 }).toBe(0);
		expect(await read(fare)).toEqual({ values: [10, null], stale: false, typed: typed(10) });
		expect(await roundTrips(() => read(fare, { "featuregraph-cache": "no-cache" }))).toBe(1);
		expect(await roundTrips(() => read("tips:tip"))).toBe(1);
		await write(20);
		expect(await read(fare)).toEqual({ values: [20, null], stale: false, typed: typed(20) });
	});

	it("counts its hits, its size and what the store holds", async () => {
		const metrics = await (await fetch(`${server.url}/metrics`)).text();
		const valueOf = (name: string): number =>
			Number(new RegExp(`^featuregraph_online_${name} (\\S+)$`, "m").exec(metrics)?.[1]);
		expect(valueOf('cache_keys_total\\{outcome="hit"\\}')).toBeGreaterThan(0);
		expect(valueOf('cache_keys_total\\{outcome="miss"\\}')).toBeGreaterThan(0);
		expect(valueOf("cache_entries")).toBe(2);
		expect(valueOf("cache_bytes")).toBeGreaterThan(100);
		expect(valueOf("store_entities")).toBe(2);
		expect(valueOf("store_bytes")).toBeGreaterThan(1000);
		expect(valueOf('circuit\\{kind="read"\\}')).toBe(0);
	});

	it("reports the hits and misses of an operation that asks for them", async () => {
		const report = async (cache: string, features: readonly string[]) => {
			const response = await fetch(`${server.url}/graphql`, {
				method: "POST",
				headers: { "content-type": "application/json", "featuregraph-cache": cache },
				body: JSON.stringify({ query, variables: { features } }),
			});
			return ((await response.json()) as { readonly extensions?: unknown }).extensions;
		};
		await read(fare);
		expect(await report("report", [fare])).toEqual({ cache: { hits: 2, misses: 0 } });
		await write(25);
		expect(await report("report", [fare])).toEqual({ cache: { hits: 1, misses: 1 } });
		// What is never from memory is neither.
		expect(await report("report", ["tips:tip"])).toEqual({ cache: { hits: 1, misses: 0 } });
		expect(await report("no-cache", [fare])).toBeUndefined();

		const features = async (headers: Readonly<Record<string, string>>) =>
			await fetch(`${server.url}/features`, {
				method: "POST",
				headers: { "content-type": "application/json", ...headers },
				body: JSON.stringify({ select: { features: [fare] }, entities: { driver_id: [1, 2] } }),
			});
		const cache = { hits: 2, misses: 0 };
		expect(await (await features({ "featuregraph-cache": "report" })).json()).toMatchObject({ extensions: { cache } });
		expect(await (await features({})).json()).not.toHaveProperty("extensions");
		const arrow = await features({ "featuregraph-cache": "report", accept: "application/vnd.apache.arrow.stream" });
		const { metadata } = tableFromIPC(await arrow.bytes()).schema;
		expect(JSON.parse(metadata.get("cache") ?? "null")).toEqual(cache);
		await write(20);
	});

	it("needs no store for what is fresh, and takes a push that is shown when Redis goes on", async () => {
		await read(fare);
		process.kill(redis?.pid as number, "SIGSTOP");
		try {
			// What is fresh needs no store.
			expect(await read(fare)).toMatchObject({ values: [20, null], stale: false });
			await write(30);
		} finally {
			process.kill(redis?.pid as number, "SIGCONT");
		}
		await expect
			.poll(() => read(fare), { timeout: 20_000 })
			.toEqual({ values: [30, null], stale: false, typed: typed(30) });
	});

	const damages: readonly (readonly [string, (value: Buffer) => Buffer])[] = [
		["cut off", (value) => value.subarray(0, value.length - 1)],
		["cut off to nothing", (value) => value.subarray(0, 0)],
		["of an unknown format", (value) => Buffer.concat([Buffer.of(250), value.subarray(1)])],
		["garbage", (value) => Buffer.alloc(value.length, 0xa5)],
	];
	it.each(damages)("says ERROR of a value that is %s, and counts it", async (_, damage) => {
		const corrupt = async (): Promise<number> => {
			const metrics = await (await fetch(`${server.url}/metrics`)).text();
			return Number(/^featuregraph_online_corrupt_values_total (\S+)$/m.exec(metrics)?.[1]);
		};
		const before = await corrupt();
		const keys = await client.keysBuffer("*");
		const whole = await Promise.all(keys.map(async (key) => await client.getBuffer(key)));
		expect(whole.length).toBe(2);
		for (const [i, key] of keys.entries()) await client.set(key, damage(whole[i] as Buffer));
		try {
			expect(await read(fare, { "featuregraph-cache": "no-cache" })).toEqual({
				values: [null, null],
				stale: false,
				typed: { driver: { features: { fares: { fare: null, meta_: { status: "ERROR", stale: false } } } } },
			});
			expect(await corrupt()).toBeGreaterThan(before);
		} finally {
			for (const [i, key] of keys.entries()) await client.set(key, whole[i] as Buffer);
		}
		expect(await read(fare, { "featuregraph-cache": "no-cache" })).toMatchObject({ values: [30, null] });
	});
});
