import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../support/database.ts";
import { allEvents, applyDefinitions, ask, data, type Followed, follow, push } from "../support/graphql-client.ts";
import { redisServer, startRedis, type TestRedis } from "../support/redis.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const definitions = `
entities:
  driver: { joinKeys: { driver_id: int64 }, description: A driver }
sources:
  trips:
    push: {}
    eventTime: ended_at
    columns: { driver_id: int64, ended_at: timestamp, fare: float64, rating: int32, trip_id: int64 }
views:
  last_trip:
    entities: [driver]
    source: trips
    owner: { name: Operations, contact: ops@example.org }
    features: { fare: float64, rating: int32, trip_id: int64 }
  offer:
    kind: on-demand
    inputs: { request: { surge: float64 }, views: [last_trip] }
    features: { price: { type: float64, expression: "last_trip.fare * request.surge" } }
services:
  offer_model: { features: ["last_trip:rating", "last_trip:trip_id", "offer:price"], owner: { name: Pricing } }
`;

/** The same view with a promise that its rows of long ago have broken already. */
const withSla = definitions.replace("    source: trips\n", "    source: trips\n    freshness: { sla: 1h }\n");

const beyondDoubles = "9007199254740993";
const freshnessEverySecond = {
	FEATUREGRAPH_FRESHNESS_INTERVAL_SECONDS: "1",
	FEATUREGRAPH_FRESHNESS_GRACE_SECONDS: "0",
};

describe("the main job on embedded defaults", () => {
	mainJob(async () => ({ env: {}, close: async () => {} }));
});

describe.skipIf(redisServer.missing)(`the main job on PostgreSQL and Redis${redisServer.reason}`, () => {
	const database = testDatabase();
	mainJob(async () => {
		const redis: TestRedis = await startRedis();
		return { env: { DATABASE_URL: database.url, REDIS_URL: redis.url }, close: () => redis.stop() };
	});
});

interface Services {
	readonly env: Readonly<Record<string, string>>;
	close(): Promise<void>;
}

/** One story, told in order: each test goes on where the one before it ended. */
function mainJob(openServices: () => Promise<Services>): void {
	let services: Services | undefined;
	let folder: TemporaryFolder | undefined;
	let server: TestServer;
	beforeAll(async () => {
		[services, folder] = [await openServices(), await temporaryFolder()];
		server = await startServer({ folder: folder.path, env: { ...services.env, ...freshnessEverySecond } });
	});
	afterAll(async () => {
		// A start that failed has been told by `beforeAll`; what did start is ended whatever came of the rest.
		const code = await server?.stop();
		await services?.close();
		await folder?.remove();
		expect([code, server?.stderr()]).toEqual([0, ""]);
	});

	it("applies, pushes and reads the latest values back", async () => {
		await applyDefinitions(server, definitions);
		const pushed = await push(server, "trips", [
			{ driver_id: 1001, ended_at: "2024-05-01T08:30:00Z", fare: 18.5, rating: 5, trip_id: 1 },
			{ driver_id: 1001, ended_at: "2024-05-01T09:10:00Z", fare: 8, rating: 4, trip_id: beyondDoubles },
			{ driver_id: "1002", ended_at: "2024-05-01T09:05:00Z", fare: 31, rating: null, trip_id: 3 },
		]);
		expect(pushed).toMatchObject({ accepted: 3, rejected: [], userErrors: [] });
		const { onlineFeatures } = await data<{ onlineFeatures: Frame }>(
			server,
			`{ onlineFeatures(
				select: { featureService: "offer_model" }
				entities: [{ driver_id: 1001, surge: 1.5 }, { driver_id: 1002, surge: 2 }, { driver_id: 7, surge: 1 }]
			) { rowCount columns { name role type values statuses } rowErrors { code } } }`,
		);
		expect(onlineFeatures).toEqual({
			rowCount: 3,
			rowErrors: [],
			columns: [
				{ name: "driver_id", role: "JOIN_KEY", type: "INT64", values: ["1001", "1002", "7"], statuses: null },
				{ name: "surge", role: "REQUEST", type: "FLOAT64", values: [1.5, 2, 1], statuses: null },
				{
					name: "rating",
					role: "FEATURE",
					type: "INT32",
					values: [4, null, null],
					statuses: ["PRESENT", "NULL_VALUE", "NOT_FOUND"],
				},
				{
					name: "trip_id",
					role: "FEATURE",
					type: "INT64",
					values: [beyondDoubles, "3", null],
					statuses: ["PRESENT", "PRESENT", "NOT_FOUND"],
				},
				{
					name: "price",
					role: "FEATURE",
					type: "FLOAT64",
					values: [12, 62, null],
					statuses: ["PRESENT", "PRESENT", "NULL_VALUE"],
				},
			],
		});
	});

	it("answers as typed fields of the entity, now and as of an instant", async () => {
		const answer = await data(
			server,
			`{ entities {
				driver(driverId: 1001) {
					driverId
					now: features { lastTrip { fare rating tripId meta_ { status eventTime } } offer(surge: 0.5) { price } }
					then: features(asOf: "2024-05-01T09:00:00Z") { lastTrip { fare tripId } offer(surge: 2) { price } }
				}
				driverList(keys: [{ driverId: "1002" }, { driverId: 7 }]) { features { lastTrip { fare meta_ { status } } } }
			} }`,
		);
		expect(answer).toEqual({
			entities: {
				driver: {
					driverId: "1001",
					now: {
						lastTrip: {
							fare: 8,
							rating: 4,
							tripId: beyondDoubles,
							meta_: { status: "PRESENT", eventTime: "2024-05-01T09:10:00Z" },
						},
						offer: { price: 4 },
					},
					then: { lastTrip: { fare: 18.5, tripId: "1" }, offer: { price: 37 } },
				},
				driverList: [
					{ features: { lastTrip: { fare: 31, meta_: { status: "PRESENT" } } } },
					{ features: { lastTrip: { fare: null, meta_: { status: "NOT_FOUND" } } } },
				],
			},
		});
	});

	it("tells what the values were at the time of each label", async () => {
		const { historicalFeatures } = await data<{ historicalFeatures: Frame }>(
			server,
			`query ($labels: [EntityRow!]!) {
				historicalFeatures(select: { features: ["last_trip:fare"] }, labels: $labels) {
					columns { name values statuses eventTimes }
				}
			}`,
			{
				labels: [
					{ driver_id: 1001, event_timestamp: "2024-05-01T09:00:00Z" },
					{ driver_id: 1001, event_timestamp: "2024-05-01T09:10:00Z" },
					{ driver_id: 1001, event_timestamp: "2024-05-01T08:00:00Z" },
				],
			},
		);
		expect(historicalFeatures.columns.at(-1)).toEqual({
			name: "fare",
			values: [18.5, 8, null],
			statuses: ["PRESENT", "PRESENT", "NOT_FOUND"],
			eventTimes: ["2024-05-01T08:30:00Z", "2024-05-01T09:10:00Z", null],
		});
	});

	let trainingSet: string;
	it("draws a training set, tells its progress and serves the file, in ranges too", async () => {
		const { createTrainingSet } = await data<{ createTrainingSet: { trainingSet: { id: string }; userErrors: [] } }>(
			server,
			`mutation ($input: CreateTrainingSetInput!) {
				createTrainingSet(input: $input) { trainingSet { id } userErrors { code message } }
			}`,
			{
				input: {
					name: "offers",
					select: { featureService: "offer_model" },
					format: "NDJSON",
					labels: {
						rows: [
							{ driver_id: 1001, event_timestamp: "2024-05-01T10:00:00Z", surge: 2, accepted: true },
							{ driver_id: 1002, event_timestamp: "2024-05-01T10:00:00Z", surge: 1, accepted: false },
						],
					},
				},
			},
		);
		expect(createTrainingSet.userErrors).toEqual([]);
		trainingSet = createTrainingSet.trainingSet.id;
		const events = await allEvents<{ trainingSetProgress: TrainingSetState }>(
			server,
			"subscription ($id: ID!) { trainingSetProgress(id: $id) { state progress rowCount url failure { message } } }",
			{ id: trainingSet },
		);
		const last = events.at(-1)?.trainingSetProgress;
		expect(last).toMatchObject({ state: "SUCCEEDED", progress: 1, rowCount: "2", failure: null });
		const file = new URL(last?.url ?? "", server.url);
		const whole = await (await fetch(file)).text();
		const rows = whole
			.trimEnd()
			.split("\n")
			.map((line) => JSON.parse(line) as Record<string, unknown>);
		expect(rows).toEqual([
			expect.objectContaining({ driver_id: "1001", accepted: true, rating: 4, trip_id: beyondDoubles, price: 16 }),
			expect.objectContaining({ driver_id: "1002", accepted: false, rating: null, trip_id: "3", price: 31 }),
		]);
		const part = await fetch(file, { headers: { range: "bytes=5-14" } });
		expect(part.status).toBe(206);
		expect(part.headers.get("content-range")).toBe(`bytes 5-14/${Buffer.byteLength(whole)}`);
		expect(await part.text()).toBe(whole.slice(5, 15));
	});

	it("registers a model version with what it was trained on", async () => {
		const { registerModelVersion } = await data<{ registerModelVersion: unknown }>(
			server,
			`mutation ($input: RegisterModelVersionInput!) {
				registerModelVersion(input: $input) {
					modelVersion { version model { name } featureService { name version } trainingSet { id name } }
					userErrors { code message }
				}
			}`,
			{ input: { model: "acceptance", featureService: "offer_model", trainingSet } },
		);
		expect(registerModelVersion).toEqual({
			modelVersion: {
				version: 1,
				model: { name: "acceptance" },
				featureService: { name: "offer_model", version: 1 },
				trainingSet: { id: trainingSet, name: "offers" },
			},
			userErrors: [],
		});
	});

	let replayFrom: string;
	it("raises a freshness alert, follows it, and replays what a reconnect missed", async () => {
		const following = await followAlerts(server, null);
		await applyDefinitions(server, withSla);
		const seen = await transitionsTo("FIRING", following);
		expect(seen.at(-1)?.alert).toMatchObject({ kind: "FRESHNESS", subject: { name: "last_trip" } });
		replayFrom = seen[0]?.cursor ?? "";
		const id = seen.at(-1)?.alert.id;

		const { acknowledgeAlert } = await data<{ acknowledgeAlert: unknown }>(
			server,
			`mutation ($id: ID!) {
				acknowledgeAlert(id: $id, note: "on it") { alert { state acknowledgedBy } userErrors { code } }
			}`,
			{ id },
		);
		expect(acknowledgeAlert).toEqual({
			alert: { state: "ACKNOWLEDGED", acknowledgedBy: "anonymous" },
			userErrors: [],
		});

		// Nobody listens while it resolves.
		await push(server, "trips", [
			{ driver_id: 1001, ended_at: new Date().toISOString(), fare: 8, rating: 4, trip_id: beyondDoubles },
		]);
		await expect
			.poll(async () => (await data<{ alert: { state: string } }>(server, alertQuery, { id })).alert.state, {
				timeout: 30_000,
			})
			.toBe("RESOLVED");
		const replayed = await transitionsTo("RESOLVED", await followAlerts(server, replayFrom));
		const told = [...seen.slice(1), ...replayed.slice(seen.length - 1)];
		expect(replayed.slice(0, seen.length - 1)).toEqual(seen.slice(1));
		expect(told.map(({ from, to }) => `${from} -> ${to}`).slice(-2)).toEqual([
			"FIRING -> ACKNOWLEDGED",
			"ACKNOWLEDGED -> RESOLVED",
		]);
		expect(new Set([...seen, ...replayed].map(({ alert }) => alert.id))).toEqual(new Set([id]));
	});

	it("walks feature, model version, service, training set, alerts and owner in one query", async () => {
		const answer = await data(
			server,
			`{ featureView(name: "last_trip") {
				owner { name contact }
				freshness { status }
				alerts { edges { node { kind state } } }
				features(first: 1) { edges { node {
					name
					alerts { edges { node { kind } } }
					modelVersions { edges { node {
						version
						featureService { name version owner { name } }
						trainingSet { name state rowCount }
					} } }
				} } }
			} }`,
		);
		expect(answer).toEqual({
			featureView: {
				owner: { name: "Operations", contact: "ops@example.org" },
				freshness: { status: expect.any(String) as string },
				alerts: { edges: [{ node: { kind: "FRESHNESS", state: "RESOLVED" } }] },
				features: {
					edges: [
						{
							node: {
								name: "fare",
								alerts: { edges: [] },
								modelVersions: {
									edges: [
										{
											node: {
												version: 1,
												featureService: { name: "offer_model", version: 1, owner: { name: "Pricing" } },
												trainingSet: { name: "offers", state: "SUCCEEDED", rowCount: "2" },
											},
										},
									],
								},
							},
						},
					],
				},
			},
		});
	});

	it("shows a new feature as a typed field without a restart, online once it has been materialized", async () => {
		const wider = withSla.replace(
			"rating: int32, trip_id: int64 }\n  offer",
			"rating: int32, trip_id: int64, fare2: float64 }\n  offer",
		);
		expect(wider).not.toBe(withSla);
		const withColumn = wider.replace("trip_id: int64 }\nviews", "trip_id: int64, fare2: float64 }\nviews");
		expect((await ask(server, typedRead("fare2"))).errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
		await applyDefinitions(server, withColumn);

		const before = await data<Versions>(server, versionsQuery);
		expect(before.featureView).toEqual({ version: 2, onlineVersion: 1 });
		expect(before.onlineFeatures.columns.at(-1)?.values).toEqual([8]);

		const { materialize } = await data<{ materialize: { run: { id: string }; userErrors: [] } }>(
			server,
			'mutation { materialize(input: { views: ["last_trip"] }) { run { id } userErrors { code message } } }',
		);
		const runs = await allEvents<{ materializationProgress: { state: string; failure: unknown } }>(
			server,
			"subscription ($id: ID!) { materializationProgress(id: $id) { state failure { message } } }",
			{ id: materialize.run.id },
		);
		expect(runs.at(-1)?.materializationProgress).toEqual({ state: "SUCCEEDED", failure: null });
		expect((await data<Versions>(server, versionsQuery)).featureView).toEqual({ version: 2, onlineVersion: 2 });

		await push(server, "trips", [
			{ driver_id: 1002, ended_at: new Date().toISOString(), fare: 9, rating: 1, trip_id: 4, fare2: 18 },
		]);
		let typed = await ask(server, typedRead("fare2"));
		for (let tries = 0; typed.errors !== undefined && tries < 50; tries++) {
			await sleep(50);
			typed = await ask(server, typedRead("fare2"));
		}
		expect(typed).toEqual({ data: { entities: { driver: { features: { lastTrip: { fare2: 18 } } } } } });
		const pinned = await data<{ onlineFeatures: Frame }>(
			server,
			`{ onlineFeatures(select: { features: ["last_trip@1:fare", "last_trip@2:fare2"] }, entities: [{ driver_id: 1002 }]) {
				columns { name values }
			} }`,
		);
		expect(pinned.onlineFeatures.columns.slice(1)).toEqual([
			{ name: "fare", values: [9] },
			{ name: "fare2", values: [18] },
		]);
	});
}

interface Frame {
	readonly rowCount: number;
	readonly columns: readonly { readonly name: string; readonly values: readonly unknown[] }[];
}

interface TrainingSetState {
	readonly state: string;
	readonly url: string | null;
}

interface AlertEvent {
	readonly cursor: string;
	readonly from: string | null;
	readonly to: string;
	readonly alert: { readonly id: string };
}

interface Versions {
	readonly featureView: { readonly version: number; readonly onlineVersion: number };
	readonly onlineFeatures: Frame;
}

const alertQuery = "query ($id: ID!) { alert(id: $id) { state } }";

const versionsQuery = `{
	featureView(name: "last_trip") { version onlineVersion }
	onlineFeatures(select: { features: ["last_trip:fare"] }, entities: [{ driver_id: 1001 }]) { columns { name values } }
}`;

const typedRead = (field: string): string =>
	`{ entities { driver(driverId: 1002) { features { lastTrip { ${field} } } } } }`;

/** Alert transitions from now on, or behind a cursor. */
const followAlerts = (server: TestServer, after: string | null): Promise<Followed<{ alertEvents: AlertEvent }>> =>
	follow(
		server,
		`subscription ($after: String) {
			alertEvents(after: $after) {
				cursor from to alert { id kind subject { ... on FeatureView { name } } }
			}
		}`,
		{ after },
	);

/** The transitions up to the first one to a state. */
async function transitionsTo(state: string, following: Followed<{ alertEvents: AlertEvent }>): Promise<AlertEvent[]> {
	const seen: AlertEvent[] = [];
	while (seen.at(-1)?.to !== state) seen.push((await following.next()).alertEvents);
	following.end();
	return seen;
}
