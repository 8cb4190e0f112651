import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { testDatabase } from "../support/database.ts";
import { applyDefinitions, ask, data, push } from "../support/graphql-client.ts";
import { startServer, type TemporaryFolder, type TestServer, temporaryFolder } from "../support/server.ts";

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  trips:
    push: {}
    eventTime: ended_at
    columns: { driver_id: int64, ended_at: timestamp, fare: float64, trip_id: int64 }
views:
  last_trip: { entities: [driver], source: trips, features: { fare: float64, trip_id: int64 } }
services:
  fares: { features: ["last_trip:fare"] }
`;

const beyondDoubles = "9007199254740993";
const largest = "9223372036854775807";

const database = testDatabase();
let folder: TemporaryFolder | undefined;
let server: TestServer;

beforeAll(async () => {
	folder = await temporaryFolder();
	server = await startServer({ folder: folder.path, env: { DATABASE_URL: database.url } });
	await applyDefinitions(server, definitions);
	await push(server, "trips", [
		{ driver_id: 1, ended_at: "2024-05-01T08:00:00Z", fare: 1.5, trip_id: beyondDoubles },
		{ driver_id: beyondDoubles, ended_at: "2024-05-01T08:00:00Z", fare: 2.5, trip_id: largest },
	]);
});
afterAll(async () => {
	await (server as TestServer | undefined)?.stop();
	await folder?.remove();
});

describe("a name that is not there", () => {
	const online = (select: string, project = "default") =>
		`{ onlineFeatures(project: "${project}", select: ${select}, entities: [{ driver_id: 1 }]) { rowCount } }`;
	const historical = (select: string) =>
		`{ historicalFeatures(select: ${select}, labels: [{ driver_id: 1, event_timestamp: "2024-06-01T00:00:00Z" }]) { rowCount } }`;

	it.each([
		["a view", online('{ features: ["last_trp:fare"] }'), "UNKNOWN_VIEW", "last_trp", ["last_trip"]],
		["a version", online('{ features: ["last_trip@7:fare"] }'), "UNKNOWN_VIEW", "last_trip@7", expect.any(Array)],
		["a feature", online('{ features: ["last_trip:fair"] }'), "UNKNOWN_FEATURE", "last_trip:fair", ["last_trip:fare"]],
		["a service", online('{ featureService: "fare" }'), "UNKNOWN_SERVICE", "fare", ["fares"]],
		["a project", online('{ featureService: "fares" }', "defalt"), "UNKNOWN_PROJECT", "defalt", ["default"]],
		["a view of the past", historical('{ features: ["last_trp:fare"] }'), "UNKNOWN_VIEW", "last_trp", ["last_trip"]],
		["a reference that is none", online('{ features: ["fare"] }'), "INVALID_REFERENCE", "fare", expect.any(Array)],
	])("%s is an error of the request with the nearest names", async (_, query, code, name, nearest) => {
		const answer = await ask(server, query);
		expect(answer.errors).toHaveLength(1);
		expect(answer.errors?.[0]?.extensions).toMatchObject({ code, name, nearest });
	});

	it.each([
		["a source", 'into: { source: "trip" }', "UNKNOWN_SOURCE", "trip", ["trips"]],
		["a view", 'into: { view: "last_trp" }', "UNKNOWN_VIEW", "last_trp", ["last_trip"]],
	])("%s is a user error of a push", async (_, into, code, name, nearest) => {
		const answer = await data<{ push: { userErrors: unknown[] } }>(
			server,
			`mutation { push(input: { ${into}, rows: [{ driver_id: 1 }] }) { userErrors { code name nearest } } }`,
		);
		expect(answer.push.userErrors).toEqual([{ code, name, nearest }]);
	});

	it("an object is null when it is looked up", async () => {
		expect(
			await ask(
				server,
				'{ featureView(name: "nope") { name } entity(name: "nope") { name } featureService(name: "nope") { name } model(name: "nope") { name } }',
			),
		).toEqual({ data: { featureView: null, entity: null, featureService: null, model: null } });
	});
});

describe("a time that is none", () => {
	const why = /DateTime must be an RFC 3339 text such as "2024-05-01T08:30:00Z"; got "yesterday"$/;
	const select = 'select: { features: ["last_trip:fare"] }';
	it.each([
		["of an argument", '{ entities { driver(driverId: 1) { features(asOf: "yesterday") { lastTrip { fare } } } } }'],
		["in an input", `{ historicalFeatures(${select}, labels: [], known: { at: "yesterday" }) { rowCount } }`],
		[
			"in a list",
			`{ trainingSetPlan(input: { ${select}, labels: { everyEntity: { view: "last_trip", at: ["2024-05-01T08:30:00Z", "yesterday"] } } }) { scans { engine } } }`,
		],
	])("%s is told with the form that is taken", async (_, query) => {
		const { errors } = await ask(server, query);
		expect(errors?.[0]).toMatchObject({
			message: expect.stringMatching(why),
			extensions: { code: "INVALID_TIMESTAMP" },
		});
	});
});

describe("one bad row", () => {
	it("of an online read keeps its place, and the others are answered", async () => {
		const { onlineFeatures } = await data<{ onlineFeatures: unknown }>(
			server,
			`query ($entities: [EntityRow!]!) {
				onlineFeatures(select: { featureService: "fares" }, entities: $entities) {
					rowCount columns { name values statuses } rowErrors { code index name nearest }
				}
			}`,
			{ entities: [{ driver_id: 1 }, { driver: 1 }, { driver_id: "one" }, { driver_id: null }, { driver_id: 1 }] },
		);
		expect(onlineFeatures).toMatchObject({
			rowCount: 5,
			columns: [
				{ name: "driver_id", values: ["1", null, null, null, "1"] },
				{
					name: "fare",
					values: [1.5, null, null, null, 1.5],
					statuses: ["PRESENT", "ERROR", "ERROR", "NOT_FOUND", "PRESENT"],
				},
			],
			rowErrors: [
				{ code: "MISSING_JOIN_KEY", index: 1, name: "driver_id", nearest: ["driver"] },
				{ code: "INVALID_VALUE", index: 2, name: "driver_id" },
			],
		});
	});

	it("of a point-in-time read keeps its place, and the others are answered", async () => {
		const { historicalFeatures } = await data<{ historicalFeatures: unknown }>(
			server,
			`query ($labels: [EntityRow!]!) {
				historicalFeatures(select: { featureService: "fares" }, labels: $labels) {
					rowCount columns { name values } rowErrors { code index name }
				}
			}`,
			{
				labels: [
					{ driver_id: 1, event_timestamp: "2024-06-01T00:00:00Z" },
					{ driver_id: 1, event_timestamp: "yesterday" },
					{ event_timestamp: "2024-06-01T00:00:00Z" },
					{ driver_id: 1, event_timestamp: "2024-06-01T00:00:00Z" },
				],
			},
		);
		expect(historicalFeatures).toMatchObject({
			rowCount: 4,
			columns: expect.arrayContaining([
				expect.objectContaining({ name: "fare", values: [1.5, null, null, 1.5] }),
			]) as unknown[],
			rowErrors: [
				{ code: "INVALID_TIMESTAMP", index: 1, name: "event_timestamp" },
				{ code: "MISSING_JOIN_KEY", index: 2, name: "driver_id" },
			],
		});
	});

	it("of a push is rejected by its index, and the others are taken", async () => {
		const good = { driver_id: 2, ended_at: "2024-05-01T08:00:00Z", fare: 1, trip_id: 1 };
		const pushed = await push(server, "trips", [
			good,
			{ ...good, driver_id: null },
			{ ...good, ended_at: "soon" },
			{ ...good, ended_at: new Date(Date.now() + 3_600_000).toISOString() },
			{ ...good, fair: 1 },
			{ ...good, fare: "a lot" },
			{ ...good, trip_id: 2 ** 53 },
			{ ...good, driver_id: 3 },
		]);
		expect(pushed.accepted).toBe(2);
		expect(pushed.rejected.map(({ index, code, name }) => [index, code, name])).toEqual([
			[1, "MISSING_JOIN_KEY", "driver_id"],
			[2, "INVALID_TIMESTAMP", "ended_at"],
			[3, "EVENT_TIME_IN_FUTURE", "ended_at"],
			[4, "UNKNOWN_COLUMN", "fair"],
			[5, "INVALID_VALUE", "fare"],
			[6, "INVALID_VALUE", "trip_id"],
		]);
		expect(pushed.rejected[3]?.nearest).toContain("fare");
	});
});

describe("a number beyond 64-bit floats", () => {
	it.each(["1e999", "-1e999"])("%s as a literal is refused, and the document with it", async (literal) => {
		const row = `{ driver_id: 9, ended_at: "2024-05-01T08:00:00Z", fare: ${literal}, trip_id: 1 }`;
		const { errors } = await ask(
			server,
			`mutation { push(input: { into: { source: "trips" }, rows: [${row}] }) { accepted } }`,
		);
		expect(errors).toMatchObject([
			{
				message: `${literal} is out of the range of 64-bit floats.`,
				extensions: { code: "GRAPHQL_VALIDATION_FAILED", hint: expect.stringContaining("Infinity") as string },
			},
		]);
	});

	it("is a bad row elsewhere, and no infinity", async () => {
		const response = await fetch(`${server.url}/push`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: `{"into": {"source": "trips"}, "rows": [${["1e999", '"Infinity"']
				.map((fare) => `{"driver_id": 9, "ended_at": "2024-05-01T08:00:00Z", "fare": ${fare}, "trip_id": 1}`)
				.join(", ")}]}`,
		});
		expect(await response.json()).toMatchObject({
			accepted: 1,
			rejected: [{ code: "INVALID_VALUE", index: 0, name: "fare" }],
		});
	});
});

it("a bad definition is told with its file, line and column, and nothing is applied", async () => {
	const content = definitions.replace(
		"source: trips, features: { fare: float64",
		"source: trip, features: { fare: flot64",
	);
	const { apply } = await data<{ apply: { registryVersion: unknown; userErrors: unknown[] } }>(
		server,
		`mutation ($input: DefinitionsInput!) {
			apply(input: $input) { registryVersion userErrors { code file line column name nearest } }
		}`,
		{ input: { files: [{ path: "drivers.yaml", content }] } },
	);
	expect(apply.registryVersion).toBeNull();
	expect(apply.userErrors).toContainEqual({
		code: "INVALID_TYPE",
		file: "drivers.yaml",
		line: 9,
		column: expect.any(Number) as number,
		name: expect.any(String) as string,
		nearest: expect.arrayContaining(["float64"]) as string[],
	});
});

describe("U+0000, which PostgreSQL keeps in no text", () => {
	const labels = [{ driver_id: 1, event_timestamp: "2024-06-01T00:00:00Z" }];
	const drawn = (input: object) => ({
		query: "mutation ($input: CreateTrainingSetInput!) { createTrainingSet(input: $input) { userErrors { code } } }",
		variables: { input: { select: { features: ["last_trip:fare"] }, labels: { rows: labels }, ...input } },
	});

	it.each([
		["a name that is looked up", { query: String.raw`{ project(name: "a\u0000b") { name } }`, variables: {} }],
		["the name of a training set", drawn({ name: "a\0b" })],
		["a label column", drawn({ labels: { rows: labels.map((row) => ({ ...row, "a\0b": 1 })) } })],
		["the SQL of labels", drawn({ labels: { sql: { source: "trips", query: "SELECT 'a\0b' FROM source" } } })],
		[
			"a description",
			{
				query: "mutation ($input: DefinitionsInput!) { apply(input: $input) { userErrors { code } } }",
				variables: {
					input: {
						files: [{ path: "f.yaml", content: definitions.replace("int64 }", 'int64 }, description: "a\\0b"') }],
					},
				},
			},
		],
	])("in %s is the caller's error", async (_, { query, variables }) => {
		const answer = JSON.stringify(await ask(server, query, variables));
		expect(answer).toContain("BAD_USER_INPUT");
		expect(answer).not.toContain("INTERNAL_SERVER_ERROR");
	});
});

describe("64-bit integers beyond 2^53", () => {
	const select = 'select: { features: ["last_trip:trip_id"] }';
	const columns = "columns { values }";

	it("are exact as variables, as literals of the document and in typed fields", async () => {
		const answer = await data<Record<string, unknown>>(
			server,
			`query ($row: EntityRow!, $key: Int64!) {
				variable: onlineFeatures(${select}, entities: [$row]) { ${columns} }
				literal: onlineFeatures(${select}, entities: [{ driver_id: ${beyondDoubles} }]) { ${columns} }
				past: historicalFeatures(${select}, labels: [{ driver_id: ${beyondDoubles}, event_timestamp: "2024-06-01T00:00:00Z" }]) { ${columns} }
				entities {
					byVariable: driver(driverId: $key) { driverId features { lastTrip { tripId } } }
					byLiteral: driver(driverId: ${beyondDoubles}) { driverId features { lastTrip { tripId } } }
					other: driver(driverId: 9007199254740992) { driverId features { lastTrip { tripId } } }
				}
			}`,
			{ row: { driver_id: beyondDoubles }, key: beyondDoubles },
		);
		const frame = { columns: [{ values: [beyondDoubles] }, { values: [largest] }] };
		const driver = { driverId: beyondDoubles, features: { lastTrip: { tripId: largest } } };
		expect(answer).toEqual({
			variable: frame,
			literal: frame,
			past: { columns: [{ values: [beyondDoubles] }, expect.anything(), { values: [largest] }] },
			entities: {
				byVariable: driver,
				byLiteral: driver,
				other: { driverId: "9007199254740992", features: { lastTrip: { tripId: null } } },
			},
		});
	});

	it("are exact as a literal of a push", async () => {
		await data(
			server,
			`mutation { push(input: { into: { source: "trips" }, rows: [
				{ driver_id: -9223372036854775808, ended_at: "2024-05-01T08:00:00Z", fare: 0, trip_id: 9007199254740995 }
			] }) { accepted } }`,
		);
		const read = await data<{ onlineFeatures: unknown }>(
			server,
			`{ onlineFeatures(${select}, entities: [{ driver_id: "-9223372036854775808" }]) { ${columns} } }`,
		);
		expect(read.onlineFeatures).toEqual({
			columns: [{ values: ["-9223372036854775808"] }, { values: ["9007199254740995"] }],
		});
	});

	it("are refused as JSON numbers, which may have been rounded", async () => {
		const answer = await data<{ onlineFeatures: unknown }>(
			server,
			`query ($row: EntityRow!) { onlineFeatures(${select}, entities: [$row]) { rowErrors { code index name } } }`,
			{ row: { driver_id: 2 ** 53 } },
		);
		expect(answer.onlineFeatures).toEqual({ rowErrors: [{ code: "INVALID_VALUE", index: 0, name: "driver_id" }] });
	});
});
