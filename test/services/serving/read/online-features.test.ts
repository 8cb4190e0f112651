import { beforeEach, describe, expect, it } from "vitest";
import { compileKeyEncoder } from "../../../../core/online/key.ts";
import { permissions } from "../../../../core/ports/principal.ts";
import type { BatchViewVersion } from "../../../../core/registry/snapshot.ts";
import { featureValuesLoader } from "../../../../loaders/feature-values.ts";
import { batchWriter } from "../../../../services/serving/write/batch-writer.ts";
import {
	batchView,
	entity,
	onDemandView,
	pushSource,
	service,
	snapshotOf,
	typeNamed,
} from "../../../support/registry-snapshot.ts";
import { at, everything, featuresIn, retentionMicros, second, servingFixture, start } from "../serving-fixture.ts";

const serving = servingFixture();
const airport = entity(1, "airport", { airport: "string" });
const route = entity(2, "route", { origin: "string", number: "int64" });
let nextLog = 5000;
let delays: BatchViewVersion;
let routes: BatchViewVersion;

beforeEach(async () => {
	const times = { event_time: "timestamp" };
	const landings = pushSource(nextLog++, "landings", {
		airport: "string",
		...times,
		delay: "float64",
		big: "int64",
		tags: "array<string>",
	});
	const flown = pushSource(nextLog++, "flown", {
		origin: "string",
		number: "int64",
		...times,
		distance: "float32",
		day: "date",
		raw: "bytes",
		doc: "json",
	});
	const [first = 0, second = 0] = serving.ids;
	delays = batchView(
		first,
		"airport_delays",
		[airport],
		landings,
		{ delay: "float64", big: "int64", tags: "array<string>" },
		{
			viewId: nextLog++,
			definition: { ttlSeconds: 3600 },
		},
	);
	routes = batchView(
		second,
		"routes",
		[route],
		flown,
		{ distance: "float32", day: "date", raw: "bytes", doc: "json" },
		{ viewId: nextLog++ },
	);
	const context = onDemandView(900, "trip", { hour: "int32", text: "string" }, [delays], {
		rush: ["float64", "request.hour >= 16 ? airport_delays.delay * 1.5 : airport_delays.delay"],
		number: ["int64", "int(request.text)"],
		ratio: ["float64", "airport_delays.big / request.hour"],
	});
	const outer = onDemandView(901, "outer", {}, [context], { more: ["float64", "trip.rush + 1"] });
	const frozen = (prefix: string, column: string) => ({
		prefix,
		viewVersion: delays,
		feature: "delay",
		joinKeys: { airport: column },
	});
	serving.use(
		snapshotOf({
			sources: [landings, flown],
			views: [delays, routes, context, outer],
			services: [service(950, "model", [frozen("from", "origin"), frozen("to", "destination")])],
		}),
	);
	await serving.push({
		into: { source: "landings" },
		rows: [
			{ airport: "JFK", event_time: at(-10), delay: 10, big: "9007199254740993", tags: ["a", null] },
			{ airport: "LAX", event_time: at(-3600), delay: -0.5, big: 7, tags: [] },
			{ airport: "OLD", event_time: at(-3601), delay: 1, big: 1, tags: null },
			{ airport: "NUL", event_time: at(-1), delay: null, big: null, tags: null },
			{ airport: "NAN", event_time: at(-1), delay: "NaN", big: 0, tags: null },
		],
	});
	await serving.push({
		into: { source: "flown" },
		rows: [
			{
				origin: "1",
				number: 23,
				event_time: at(-10),
				distance: 0.1,
				day: "2024-02-29",
				raw: "AAE=",
				doc: { b: [1], a: null },
			},
			{ origin: "12", number: 3, event_time: at(-10), distance: 2, day: null, raw: null, doc: null },
		],
	});
});

const read = (features: readonly string[], entities: readonly unknown[], more: object = {}) =>
	serving.read({ select: { features }, entities, ...more });
const airports = (...names: (string | null)[]) => names.map((name) => ({ airport: name }));

describe("statuses", () => {
	it("tells present, null, not found and outside of the ttl apart, its end included", async () => {
		const frame = await read(
			["airport_delays:delay", "airport_delays:big"],
			airports("JFK", "LAX", "OLD", "NUL", "SFO", null),
		);
		expect(featuresIn(frame)).toEqual({
			delay: [
				[10, -0.5, null, null, null, null],
				["PRESENT", "PRESENT", "OUTSIDE_MAX_AGE", "NULL_VALUE", "NOT_FOUND", "NOT_FOUND"],
			],
			big: [
				["9007199254740993", "7", null, null, null, null],
				["PRESENT", "PRESENT", "OUTSIDE_MAX_AGE", "NULL_VALUE", "NOT_FOUND", "NOT_FOUND"],
			],
		});
		expect(frame.columns[1]?.eventTimes).toEqual([
			start - 10n * second,
			start - 3600n * second,
			start - 3601n * second,
			start - second,
			null,
			null,
		]);
	});

	it("keeps what is outside of the ttl until retention ends", async () => {
		serving.clock.set(3600 + 29 * 86_400);
		expect(featuresIn(await read(["airport_delays:delay"], airports("JFK")))["delay"]).toEqual([
			[null],
			["OUTSIDE_MAX_AGE"],
		]);
		serving.clock.set(3600 + 30 * 86_400);
		expect(featuresIn(await read(["airport_delays:delay"], airports("JFK")))["delay"]).toEqual([[null], ["NOT_FOUND"]]);
	});

	it("tells a value that cannot be decoded as an error", async () => {
		const key = compileKeyEncoder(1, delays.id, delays.joinKeys)(["SFO"]);
		await serving.store.write([
			{ key, value: Buffer.from("0100000000000000ffffffffffffffffff", "hex"), expiresAt: null },
		]);
		expect(featuresIn(await read(["airport_delays:delay"], airports("SFO", "JFK")))["delay"]).toEqual([
			[null, 10],
			["ERROR", "PRESENT"],
		]);
	});
});

describe("a frame", () => {
	it("has join keys first, then request columns, then features as asked for", async () => {
		const { columns, rowCount, registryVersion, rowErrors } = await read(
			["trip:rush", "routes:distance", "airport_delays:delay"],
			[{ airport: "JFK", origin: "1", number: "23", hour: 17, unused: true }],
		);
		expect(columns.map(({ name, role, values }) => [name, role, values])).toEqual([
			["airport", "JOIN_KEY", ["JFK"]],
			["origin", "JOIN_KEY", ["1"]],
			["number", "JOIN_KEY", ["23"]],
			["hour", "REQUEST", [17]],
			["rush", "FEATURE", [15]],
			["distance", "FEATURE", [Math.fround(0.1)]],
			["delay", "FEATURE", [10]],
		]);
		expect({ rowCount, registryVersion, rowErrors }).toEqual({ rowCount: 1, registryVersion: 7, rowErrors: [] });
		expect(columns[0]).toMatchObject({ statuses: null, eventTimes: null, feature: null });
		expect(columns[4]).toMatchObject({ eventTimes: null, feature: { name: "rush" } });
		expect(columns[6]?.feature?.viewVersion).toBe(delays);
	});

	it("encodes every type as FeatureValue", async () => {
		const frame = await read(["routes:*"], [{ origin: "1", number: 23 }]);
		const valuesIn = ({ columns }: typeof frame) => columns.slice(-4).map(({ name, values }) => [name, values]);
		expect(valuesIn(frame)).toEqual([
			["distance", [Math.fround(0.1)]],
			["day", ["2024-02-29"]],
			["raw", ["AAE="]],
			["doc", [{ a: null, b: [1] }]],
		]);
		const arrays = await read(["airport_delays:tags", "airport_delays:delay"], airports("JFK", "LAX", "NAN"));
		expect(arrays.columns.slice(-2).map(({ values }) => values)).toEqual([
			[["a", null], [], null],
			[10, -0.5, "NaN"],
		]);
	});

	it("does not mix up composite keys", async () => {
		const rows = [
			{ origin: "1", number: 23 },
			{ origin: "12", number: 3 },
			{ origin: "12", number: 23 },
		];
		expect(featuresIn(await read(["routes:distance"], rows))["distance"]).toEqual([
			[Math.fround(0.1), 2, null],
			["PRESENT", "PRESENT", "NOT_FOUND"],
		]);
	});

	it("reads a service through its bindings", async () => {
		const frame = await serving.read({
			select: { featureService: "model" },
			fullFeatureNames: true,
			entities: [
				{ origin: "JFK", destination: "LAX" },
				{ origin: "LAX", destination: null },
			],
		});
		expect(featuresIn(frame)).toEqual({
			from__delay: [
				[10, -0.5],
				["PRESENT", "PRESENT"],
			],
			to__delay: [
				[-0.5, null],
				["PRESENT", "NOT_FOUND"],
			],
		});
	});

	it("keeps duplicate rows and their order", async () => {
		const frame = await read(["airport_delays:delay"], airports("LAX", "JFK", "LAX"));
		expect(frame.columns.map(({ values }) => values)).toEqual([
			["LAX", "JFK", "LAX"],
			[-0.5, 10, -0.5],
		]);
	});
});

describe("on-demand features", () => {
	it("are computed from request data and from other on-demand views, null and failure by value", async () => {
		const rows = [
			{ airport: "JFK", hour: 17, text: "1" },
			{ airport: "JFK", hour: 3, text: "x" },
			{ airport: "SFO", hour: 17, text: "-2" },
			{ airport: "LAX", hour: 0, text: null },
		];
		const frame = await read(["trip:*", "outer:more"], rows);
		expect(featuresIn(frame)).toEqual({
			rush: [
				[15, 10, null, -0.5],
				["PRESENT", "PRESENT", "NULL_VALUE", "PRESENT"],
			],
			number: [
				["1", null, "-2", null],
				["PRESENT", "ERROR", "PRESENT", "NULL_VALUE"],
			],
			ratio: [
				[Number(9007199254740993n) / 17, Number(9007199254740993n) / 3, null, null],
				["PRESENT", "PRESENT", "NULL_VALUE", "NULL_VALUE"],
			],
			more: [
				[16, 11, null, 0.5],
				["PRESENT", "PRESENT", "NULL_VALUE", "PRESENT"],
			],
		});
		expect(frame.rowErrors).toMatchObject([{ code: "EXPRESSION_FAILED", index: 1, name: "number" }]);
	});
});

describe("bad input", () => {
	it("tells a malformed row by its index and answers the others", async () => {
		const frame = await read(
			["trip:rush", "airport_delays:delay"],
			[
				{ airport: "JFK", hour: 17 },
				{ airpot: "JFK", hour: 17 },
				{ airport: 5, hour: 17 },
				{ airport: "JFK", hour: "late" },
				{ airport: "JFK" },
				"JFK",
				{ airport: "LAX", hour: null },
			],
		);
		expect(featuresIn(frame)).toEqual({
			rush: [
				[15, null, null, null, null, null, -0.5],
				["PRESENT", "ERROR", "ERROR", "ERROR", "ERROR", "ERROR", "PRESENT"],
			],
			delay: [
				[10, null, null, null, null, null, -0.5],
				["PRESENT", "ERROR", "ERROR", "ERROR", "ERROR", "ERROR", "PRESENT"],
			],
		});
		expect(frame.columns[0]?.values).toEqual(["JFK", null, null, null, null, null, "LAX"]);
		expect(frame.rowErrors.map(({ index, code, name }) => [index, code, name])).toEqual([
			[1, "MISSING_JOIN_KEY", "airport"],
			[2, "INVALID_VALUE", "airport"],
			[3, "INVALID_VALUE", "hour"],
			[4, "INVALID_VALUE", "hour"],
			[5, "INVALID_VALUE", undefined],
		]);
		expect(frame.rowErrors[0]?.nearest).toEqual(["airpot"]);
	});

	it("refuses what no row could answer", async () => {
		await expect(read(["airport_delay:delay"], airports("JFK"))).rejects.toMatchObject({ code: "UNKNOWN_VIEW" });
		await expect(read(["airport_delays:delay"], airports(...new Array<string>(101).fill("JFK")))).rejects.toMatchObject(
			{
				code: "LIMIT_EXCEEDED",
			},
		);
		const reader = {
			...everything,
			permissions: new Set(permissions.filter((permission) => permission !== "READ_VALUES")),
		};
		const input = {
			project: "default",
			select: { features: ["airport_delays:delay"] },
			bindings: [],
			entities: [],
			fullFeatureNames: false,
		};
		await expect(serving.onlineFeatures(reader, input, featureValuesLoader(serving.store))).rejects.toMatchObject({
			code: "FORBIDDEN",
		});
	});

	it("refuses a view that is never online", async () => {
		const offline = { ...delays, definition: { ...delays.definition, online: false } };
		serving.use(snapshotOf({ views: [offline] }));
		await expect(read(["airport_delays:delay"], airports("JFK"))).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
	});

	it("answers no rows with no rows", async () => {
		expect(featuresIn(await read(["airport_delays:delay", "trip:rush"], []))).toEqual({
			delay: [[], []],
			rush: [[], []],
		});
	});
});

describe("the row of one entity", () => {
	const row = async (
		view: Parameters<typeof serving.featureRows>[2]["view"],
		keys: readonly string[],
		features: readonly string[],
		request = {},
	) => {
		const { statuses, eventTimes, columns } = await serving.featureRows(
			everything,
			{ project: "default", projectId: 1 },
			{ view, features, rows: [{ keys, request }] },
			featureValuesLoader(serving.store),
		);
		return {
			status: statuses[0],
			eventTime: eventTimes?.[0] ?? null,
			values: columns.map(([value = null]) => value),
		};
	};

	it("has the status of the row and its event time", async () => {
		expect(await row(delays, ["JFK"], ["big", "delay"])).toEqual({
			status: "PRESENT",
			eventTime: start - 10n * second,
			values: [9007199254740993n, 10],
		});
		expect(await row(delays, ["NUL"], ["delay"])).toMatchObject({ status: "PRESENT", values: [null] });
		expect(await row(delays, ["OLD"], ["delay"])).toMatchObject({ status: "OUTSIDE_MAX_AGE", values: [null] });
		expect(await row(delays, ["SFO"], ["delay"])).toEqual({ status: "NOT_FOUND", eventTime: null, values: [null] });
		expect(await row(delays, ["JFK"], [])).toMatchObject({ status: "PRESENT", values: [] });
	});

	it("is computed for an on-demand view", async () => {
		const trip = onDemandView(902, "trip", { hour: "int32" }, [delays], {
			rush: ["float64", "request.hour >= 16 ? airport_delays.delay * 1.5 : airport_delays.delay"],
			bad: ["int64", "int('x')"],
		});
		expect(await row(trip, ["JFK"], ["rush"], { hour: 17 })).toEqual({
			status: "PRESENT",
			eventTime: null,
			values: [15],
		});
		expect(await row(trip, ["JFK"], ["rush", "bad"], { hour: 17 })).toMatchObject({
			status: "ERROR",
			values: [15, null],
		});
	});
});

describe("rows of a materialization", () => {
	it("are written newer wins, deletions among them", async () => {
		const write = batchWriter({
			online: serving.store,
			bus: { publish: () => Promise.resolve() },
			retentionMicros,
		});
		const columns = [
			["airport", "string"],
			["delay", "float64"],
			["big", "int64"],
			["tags", "array<string>"],
			["__event_time", "timestamp"],
			["__created_time", "timestamp"],
			["__seq", "int64"],
			["__deleted", "bool"],
		].map(([name = "", type = ""]) => ({ name, type: typeNamed(type) }));
		const rows = [
			["JFK", 1, 1n, null, start - 20n * second, null, null, false],
			["LAX", 2, 2n, ["x"], start - 5n * second, null, null, false],
			["NUL", null, null, null, start, null, 9n, true],
			[null, 1, 1n, null, start, null, null, false],
		];
		const batch = { rowCount: rows.length, columns: columns.map((_, c) => rows.map((each) => each[c] ?? null)) };
		expect(await write(1, delays, columns, batch)).toBe(2);
		expect(await write(1, delays, columns, batch)).toBe(0);
		expect(
			featuresIn(await read(["airport_delays:delay", "airport_delays:tags"], airports("JFK", "LAX", "NUL"))),
		).toEqual({
			delay: [
				[10, 2, null],
				["PRESENT", "PRESENT", "NOT_FOUND"],
			],
			tags: [
				[["a", null], ["x"], null],
				["PRESENT", "PRESENT", "NOT_FOUND"],
			],
		});
	});
});
