import { setTimeout as sleep } from "node:timers/promises";
import { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { testDatabase } from "../support/database.ts";
import { applyDefinitions, data, push } from "../support/graphql-client.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const view = (name: string) =>
	`  ${name}: { entities: [driver], source: trips, features: { ${name}_fare: float64 } }\n`;
const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips:
    push: {}
    eventTime: ended_at
    columns: { driver_id: int64, ended_at: timestamp, day_fare: float64, week_fare: float64, month_fare: float64 }
views:
${view("day")}${view("week")}${view("month")}
  offer:
    kind: on-demand
    inputs: { request: { surge: float64 }, views: [day, week] }
    features: { price: { type: float64, expression: "(day.day_fare + week.week_fare) * request.surge" } }
`;

describe.skipIf(redisServer.missing)(`one operation at the gateway${redisServer.reason}`, () => {
	const database = testDatabase();
	let redis: TestRedis | undefined;
	let client: Redis;
	let folder: TemporaryFolder | undefined;
	let server: TestServer | undefined;
	let caller: { url: string };

	beforeAll(async () => {
		redis = await startRedis();
		client = new Redis(redis.url);
		folder = await temporaryFolder();
		server = await startServer({ folder: folder.path, env: { DATABASE_URL: database.url, REDIS_URL: redis.url } });
		caller = server;
		await applyDefinitions(caller, definitions);
		const rows = Array.from({ length: 100 }, (_, driver) => ({
			driver_id: driver,
			ended_at: "2024-05-01T08:00:00Z",
			day_fare: driver,
			week_fare: driver * 2,
			month_fare: driver * 3,
		}));
		expect(await push(caller, "trips", rows)).toMatchObject({ accepted: 100, rejected: [] });
		// What a push leaves behind is looked after once more, behind its answer.
		await vi.waitFor(async () => expect(await commandsDuring(() => sleep(700))).toEqual({}), { timeout: 30_000 });
	});
	afterAll(async () => {
		await server?.stop();
		client.disconnect();
		await redis?.stop();
		await folder?.remove();
	});

	/** Commands that Redis has received, by name, but for those of this test and of health checks. */
	async function commandsDuring(work: () => Promise<void>): Promise<Record<string, number>> {
		await client.config("RESETSTAT");
		await work();
		const counts = [...(await client.info("commandstats")).matchAll(/^cmdstat_(\S+?):calls=(\d+)/gm)];
		return Object.fromEntries(
			counts
				.map(([, name = "", calls]): [string, number] => [name, Number(calls)])
				.filter(([name]) => !/^(config|info|ping)/.test(name)),
		);
	}

	it("reads everything that it names, typed and generic, by one MGET", async () => {
		const keys = Array.from({ length: 50 }, (_, index) => ({ driverId: index }));
		const entities = Array.from({ length: 100 }, (_, index) => ({ driver_id: index, surge: 2 }));
		const commands = await commandsDuring(async () => {
			const answer = await data<{
				entities: { driverList: { features: { day: { dayFare: number } } }[] };
				onlineFeatures: { columns: { values: unknown[] }[] };
			}>(
				caller,
				`query ($keys: [DriverKey!]!, $entities: [EntityRow!]!) {
					entities {
						driver(driverId: 7) { features { month { monthFare } offer(surge: 3) { price } } }
						unknown: driver(driverId: 700) { features { day { dayFare meta_ { status } } } }
						driverList(keys: $keys) { driverId features { day { dayFare } week { weekFare meta_ { eventTime } } month { monthFare } } }
					}
					onlineFeatures(select: { features: ["day:day_fare", "month:*", "offer:price"] }, entities: $entities) {
						columns { values }
					}
				}`,
				{ keys, entities },
			);
			expect(answer.entities).toMatchObject({
				driver: { features: { month: { monthFare: 21 }, offer: { price: 63 } } },
				unknown: { features: { day: { dayFare: null, meta_: { status: "NOT_FOUND" } } } },
			});
			expect(answer.entities.driverList.map(({ features }) => features.day.dayFare)).toEqual(
				keys.map(({ driverId }) => driverId),
			);
			expect(answer.onlineFeatures.columns.at(-1)?.values).toEqual(entities.map((_, driver) => driver * 3 * 2));
		});
		expect(commands).toEqual({ mget: 1 });
	});

	it("reads 1,000 entities of three views by one MGET, at either door", async () => {
		const features = ["day", "week", "month"].map((name) => `${name}:${name}_fare`);
		const ids = Array.from({ length: 1000 }, (_, index) => index % 500);
		const graphql = await commandsDuring(async () => {
			const { onlineFeatures } = await data<{ onlineFeatures: { columns: { values: unknown[] }[] } }>(
				caller,
				`query ($features: [FeatureRef!]!, $entities: [EntityRow!]!) {
					onlineFeatures(select: { features: $features }, entities: $entities) { columns { values } }
				}`,
				{ features, entities: ids.map((id) => ({ driver_id: id })) },
			);
			expect(onlineFeatures.columns.at(-1)?.values.slice(0, 3)).toEqual([0, 3, 6]);
		});
		expect(graphql).toEqual({ mget: 1 });
		const plain = await commandsDuring(async () => {
			const response = await fetch(`${caller.url}/features`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ select: { features }, entities: { driver_id: ids } }),
			});
			const answer = (await response.json()) as { columns: { name: string; values: unknown[] }[] };
			expect(answer.columns.map(({ values }) => [values[7], values[99], values[100], values[507]])).toEqual([
				[7, 99, null, 7],
				[14, 198, null, 14],
				[21, 297, null, 21],
			]);
		});
		expect(plain).toEqual({ mget: 1 });
	});

	it("reads nothing where no feature is asked for", async () => {
		const commands = await commandsDuring(async () => {
			await data(caller, "{ entities { driver(driverId: 1) { driverId } } }");
		});
		expect(commands).toEqual({});
	});
});
