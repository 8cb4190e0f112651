import {
	BufferType,
	Data,
	type DataType,
	Float32,
	Int64,
	Null,
	Table,
	TimestampMicrosecond,
	tableFromArrays,
	tableFromIPC,
	tableToIPC,
	Uint64,
	Utf8,
	Vector,
	vectorFromArray,
} from "apache-arrow";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Principal } from "../../../core/ports/principal.ts";
import type { FeaturesRequest } from "../../../core/ports/read-features.ts";
import type { RequestBinding, Selection } from "../../../core/reads/model.ts";
import { formatTimestamp } from "../../../core/time/timestamp.ts";
import { batchView, entity, onDemandView, pushSource, service, snapshotOf } from "../../support/registry-snapshot.ts";
import { at, everything, servingFixture } from "./serving-fixture.ts";

const serving = servingFixture();
const types = {
	flag: "bool",
	small: "int32",
	large: "int64",
	single: "float32",
	double: "float64",
	text: "string",
	raw: "bytes",
	instant: "timestamp",
	day: "date",
	document: "json",
	larges: "array<int64>",
	texts: "array<string>",
};
const full = {
	flag: true,
	small: -1,
	large: "9007199254740993",
	single: 0.1,
	double: 1e-7,
	text: 'a "b"\n\u{1f600}',
	raw: "AAE=",
	instant: "2024-02-29T12:00:00.000001Z",
	day: "2024-02-29",
	document: { b: [1, null], a: "x" },
	larges: ["1", null],
	texts: ["", null, "é"],
};
const empty = Object.fromEntries(Object.keys(types).map((name) => [name, null]));
let nextLog = 7000;

beforeEach(async () => {
	const device = entity(1, "device", { device: "int64" });
	const readings = pushSource(nextLog++, "readings", { device: "int64", event_time: "timestamp", ...types });
	const stats = batchView(serving.ids[0] ?? 0, "stats", [device], readings, types, {
		viewId: nextLog++,
		definition: { ttlSeconds: 3600 },
	});
	const scaled = onDemandView(900, "scaled", { factor: "float64" }, [stats], {
		product: ["float64", "stats.double * request.factor"],
		broken: ["int64", "int(stats.text)"],
	});
	const rounded = onDemandView(901, "rounded", { part: "float32", since: "timestamp" }, [stats], {
		half: ["float32", "request.part"],
		from: ["timestamp", "request.since"],
	});
	const bound = { prefix: "left", viewVersion: stats, feature: "small", joinKeys: { device: "left_id" } };
	serving.use(
		snapshotOf({ sources: [readings], views: [stats, scaled, rounded], services: [service(950, "model", [bound])] }),
	);
	await serving.push({
		into: { source: "readings" },
		rows: [
			{ device: 1, event_time: at(-10), ...full },
			{ device: 2, event_time: at(-10), ...empty },
			{ device: 3, event_time: at(-4000), ...full },
			{ device: 4, event_time: at(-10), ...full, double: "NaN", single: "-Infinity" },
		],
	});
});

interface Asked {
	readonly project?: string;
	readonly select?: Selection;
	readonly bindings?: readonly RequestBinding[];
	readonly fullFeatureNames?: boolean;
	readonly include?: readonly string[];
	readonly entities?: unknown;
}

const send = (request: Partial<FeaturesRequest>) =>
	serving.readFeatures({
		format: "json",
		body: new Uint8Array(),
		request: null,
		answer: "json",
		principal: everything,
		bypassCache: false,
		requestId: "test",
		signal: new AbortController().signal,
		...request,
	});

interface JsonAnswer {
	readonly rowCount: number;
	readonly columns: readonly {
		readonly name: string;
		readonly role: string;
		readonly type: string;
		readonly isArray: boolean;
		readonly values: unknown[];
		readonly statuses?: unknown[];
		readonly eventTimes?: unknown[] | null;
	}[];
	readonly rowErrors: readonly { readonly code: string; readonly index: number }[];
	readonly registryVersion: number;
}

const json = async (asked: Asked, principal: Principal = everything): Promise<JsonAnswer> =>
	JSON.parse(String(await send({ body: Buffer.from(JSON.stringify(asked)), principal }))) as JsonAnswer;

const allOf = { features: ["stats:*"] };
const beside = ["keys", "statuses", "eventTimes"];

it("is not answered to who has left while the store was slow", async () => {
	const { store } = serving;
	const read = store.read.bind(store);
	const left = new AbortController();
	vi.spyOn(store, "read").mockImplementationOnce(async (keys) => {
		await new Promise((resolve) => setTimeout(resolve, 40));
		left.abort(new Error("has left"));
		return read(keys);
	});
	const asked = {
		body: Buffer.from(JSON.stringify({ select: allOf, entities: { device: [1] } })),
		signal: left.signal,
	};
	await expect(send(asked)).rejects.toThrow("has left");
	expect(JSON.parse(String(await send({ ...asked, signal: new AbortController().signal })))).toMatchObject({
		rowCount: 1,
	});
});

describe("JSON", () => {
	it("has what onlineFeatures answers, for rows and for columns", async () => {
		const entities = [1, 2, 3, 4, 5, null].map((device) => ({ device, factor: 2 }));
		const select = { features: ["stats:*", "scaled:*"] };
		const frame = await serving.read({ select, entities });
		const columns = Object.fromEntries(
			["device", "factor"].map((name) => [name, entities.map((row) => row[name as "device"])]),
		);
		for (const given of [entities, columns]) {
			const answer = await json({ select, entities: given, include: beside });
			expect(answer).toMatchObject({ rowCount: 6, registryVersion: frame.registryVersion });
			expect(answer.rowErrors).toEqual(JSON.parse(JSON.stringify(frame.rowErrors)));
			expect(answer.rowErrors.map(({ code }) => code)).toContain("EXPRESSION_FAILED");
			expect(answer.columns).toEqual(
				frame.columns.map(({ name, role, type, values, statuses, eventTimes }) => ({
					name,
					role,
					type: type.scalar,
					isArray: type.isArray,
					values,
					...(statuses === null
						? {}
						: { statuses, eventTimes: eventTimes?.map((time) => time && formatTimestamp(time)) ?? null }),
				})),
			);
		}
	});

	it("has values alone where nothing else is asked for", async () => {
		const { columns } = await json({ select: { features: ["stats:small"] }, entities: { device: [1, 9] } });
		expect(columns).toEqual([{ name: "small", role: "FEATURE", type: "INT32", isArray: false, values: [-1, null] }]);
	});

	it("has empty columns for no rows", async () => {
		const { rowCount, columns } = await json({
			select: { features: ["stats:small"] },
			entities: { device: [] },
			include: beside,
		});
		expect(rowCount).toBe(0);
		expect(columns).toMatchObject([{ values: [] }, { values: [], statuses: [], eventTimes: [] }]);
	});

	it("reads by services, bindings and full names", async () => {
		const service = await json({ select: { featureService: "model" }, entities: { left_id: [1] } });
		expect(service.columns[0]?.values).toEqual([-1]);
		const bindings = [{ alias: "one", view: "stats", joinKeys: [{ joinKey: "device", column: "own" }] }];
		const bound = await json({
			select: { features: ["one:flag"] },
			bindings,
			fullFeatureNames: true,
			entities: [{ own: "1" }],
		});
		expect(bound.columns).toMatchObject([{ name: "one__flag", values: [true] }]);
	});

	it("tells bad rows by their index and answers the others", async () => {
		for (const entities of [[{ device: 1 }, { device: "x" }], { device: [1, "x"] }]) {
			const { columns, rowErrors } = await json({ select: { features: ["stats:small"] }, entities, include: beside });
			expect(rowErrors).toMatchObject([{ code: "INVALID_VALUE", index: 1 }]);
			expect(columns.at(-1)).toMatchObject({ values: [-1, null], statuses: ["PRESENT", "ERROR"] });
		}
	});

	it.each<[string, Asked | string, string]>([
		["no JSON", "{", "BAD_USER_INPUT"],
		["a list", "[]", "BAD_USER_INPUT"],
		["a mistyped field", '{"selekt": {}}', "BAD_USER_INPUT"],
		["no selection", { entities: [] }, "BAD_USER_INPUT"],
		["two selections", '{"select": {"features": [], "featureService": "model"}, "entities": []}', "BAD_USER_INPUT"],
		["something else to include", { select: allOf, include: ["status"], entities: [] }, "BAD_USER_INPUT"],
		["no rows", { select: allOf }, "BAD_USER_INPUT"],
		["a column that is no list", { select: allOf, entities: { device: 1 } }, "BAD_USER_INPUT"],
		["columns of two lengths", { select: allOf, entities: { device: [1], other: [] } }, "BAD_USER_INPUT"],
		["a missing column", { select: allOf, entities: { devise: [1] } }, "MISSING_JOIN_KEY"],
		["an unknown view", { select: { features: ["stat:small"] }, entities: [] }, "UNKNOWN_VIEW"],
		["an unknown service", { select: { featureService: "mode" }, entities: [] }, "UNKNOWN_SERVICE"],
		["too many rows", { select: allOf, entities: { device: new Array(101).fill(1) } }, "LIMIT_EXCEEDED"],
		["one view too often", { select: { features: new Array(51).fill("stats:*") }, entities: [] }, "LIMIT_EXCEEDED"],
		[
			"too many bindings",
			{
				select: { features: ["b0:small"] },
				bindings: Array.from({ length: 51 }, (_, n) => ({ alias: `b${n}`, view: "stats", joinKeys: [] })),
				entities: [],
			},
			"LIMIT_EXCEEDED",
		],
	])("is refused with %s", async (_, asked, code) => {
		const body = Buffer.from(typeof asked === "string" ? asked : JSON.stringify(asked));
		await expect(send({ body })).rejects.toMatchObject({ code });
	});

	it("tells a selection that is none by its name", async () => {
		const { entities, select } = { entities: [], select: "stats:*" };
		for (const asked of ["{}", JSON.stringify({ entities, select })]) {
			await expect(send({ body: Buffer.from(asked) })).rejects.toMatchObject({
				code: "BAD_USER_INPUT",
				details: { name: "select" },
			});
		}
	});

	it.each([
		["no entities", {}, "The request has no `entities`."],
		["null for entities", { entities: null }, "`entities` holds no rows."],
		["one value for entities", { entities: "device" }, "`entities` holds no rows."],
	])("with %s is told what they are", async (_, more, message) => {
		await expect(json({ select: allOf, ...more })).rejects.toMatchObject({
			code: "BAD_USER_INPUT",
			message,
			details: { name: "entities", hint: "`entities` is a list of rows, or an object of columns." },
		});
	});

	it("is not told names of columns of any length", async () => {
		const long = `device${"x".repeat(100_000)}`;
		for (const entities of [{ [long]: [1] }, { device: [1], [long]: [] }]) {
			const error: unknown = await json({ select: allOf, entities }).catch((thrown: unknown) => thrown);
			expect(JSON.stringify([(error as Error).message, error]).length).toBeLessThan(2000);
		}
	});

	it("is refused where it is no UTF-8, and where its request stands in the URL", async () => {
		await expect(send({ body: Buffer.from([0x7b, 0xff, 0x7d]) })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
		await expect(send({ request: "{}" })).rejects.toMatchObject({
			code: "BAD_USER_INPUT",
			details: { name: "request" },
		});
	});

	it("is for those alone who may read values of the project", async () => {
		const nobody = { ...everything, permissions: new Set<never>() };
		const elsewhere = { ...everything, projects: new Set(["other"]) };
		for (const principal of [nobody, elsewhere]) {
			await expect(json({ select: allOf, entities: [] }, principal)).rejects.toMatchObject({ code: "FORBIDDEN" });
		}
	});
});

describe("Arrow", () => {
	const keys = (values: readonly bigint[]) =>
		tableToIPC(tableFromArrays({ device: BigInt64Array.from(values) }), "stream");
	const request = (asked: Asked) => JSON.stringify(asked);

	it("goes in and comes out with the values of JSON", async () => {
		const body = keys([1n, 2n, 3n, 4n, 5n]);
		const asked = { select: allOf, include: beside };
		const table = tableFromIPC(
			(await send({ format: "arrow", answer: "arrow", body, request: request(asked) })) as Uint8Array,
		);
		const { columns, registryVersion } = await json({ ...asked, entities: { device: [1, 2, 3, 4, 5] } });
		expect(table.schema.metadata).toEqual(
			new Map([
				["registryVersion", String(registryVersion)],
				["rowErrors", "[]"],
			]),
		);
		const valuesOf = (name: string) =>
			[...(table.getChild(name) ?? [])] as (string | number | bigint | boolean | null)[];
		const valuesIn = (name: string) => columns.find((column) => column.name === name)?.values ?? [];
		expect(table.schema.fields.map(({ name }) => name)).toEqual(
			columns.flatMap(({ name, role }) =>
				role === "FEATURE" ? [name, `${name}.status`, `${name}.event_time`] : [name],
			),
		);
		for (const name of ["device", "large"]) {
			expect(valuesOf(name).map((value) => value && String(value))).toEqual(valuesIn(name));
		}
		for (const name of ["flag", "small", "text"]) expect(valuesOf(name)).toEqual(valuesIn(name));
		expect(valuesOf("double")).toEqual([1e-7, null, null, Number.NaN, null]);
		expect(valuesOf("document").map((value) => JSON.parse((value ?? "null") as string) as unknown)).toEqual(
			valuesIn("document"),
		);
		expect(valuesOf("small.status")).toEqual(["PRESENT", "NULL_VALUE", "OUTSIDE_MAX_AGE", "PRESENT", "NOT_FOUND"]);
		expect(valuesOf("small.event_time")).toEqual(
			[at(-10), at(-10), at(-4000), at(-10), null].map((time) => time && Date.parse(time)),
		);
	});

	it("takes columns of other types where their values have exact counterparts", async () => {
		const body = tableToIPC(tableFromArrays({ device: Float64Array.from([1, 1.5]) }), "stream");
		const asked = request({ select: { features: ["stats:small"] } });
		const answer = JSON.parse(String(await send({ format: "arrow", body, request: asked }))) as JsonAnswer;
		expect(answer.rowErrors).toMatchObject([{ code: "INVALID_VALUE", index: 1 }]);
		expect(answer.columns[0]?.values).toEqual([-1, null]);
		const texts = tableToIPC(tableFromArrays({ device: [true, false] }), "stream");
		await expect(send({ format: "arrow", body: texts, request: asked })).rejects.toMatchObject({
			code: "INVALID_VALUE",
		});
	});

	it("takes request data as the same rows have it as JSON", async () => {
		const asked = { select: { features: ["rounded:half", "rounded:from"] }, include: ["keys"] };
		const table = tableFromArrays({ device: BigInt64Array.of(1n, 2n), part: Float64Array.of(0.1, 1e39) });
		const since = vectorFromArray(["2024-05-01T08:00:00Z", "2024-05-01T08:00:00Z"], new Utf8());
		const body = tableToIPC(table.assign(new Table({ since })), "stream");
		const read = JSON.parse(String(await send({ format: "arrow", body, request: request(asked) }))) as JsonAnswer;
		const entities = { device: [1, 2], part: [0.1, 1e39], since: ["2024-05-01T08:00:00Z", "2024-05-01T08:00:00Z"] };
		const { columns, rowErrors } = await json({ ...asked, entities });
		expect(read.columns).toEqual(columns);
		expect(columns.find(({ name }) => name === "half")?.values).toEqual([Math.fround(0.1), null]);
		expect(rowErrors).toMatchObject([{ code: "INVALID_VALUE", index: 1, name: "part" }]);
		expect(read.rowErrors).toMatchObject([{ code: "INVALID_VALUE", index: 1, name: "part" }]);
	});

	it("refuses the time that JSON cannot say, and answers the other rows", async () => {
		const asked = request({ select: { features: ["rounded:from"] } });
		const far = new Data(new TimestampMicrosecond(), 0, 2, 0, { [BufferType.DATA]: BigInt64Array.of(2n ** 62n, 1n) });
		const table = new Table({
			device: vectorFromArray([1n, 2n], new Int64()),
			part: vectorFromArray([1, 1], new Float32()),
			since: new Vector([far]),
		});
		const body = tableToIPC(table, "stream");
		const read = JSON.parse(String(await send({ format: "arrow", body, request: asked }))) as JsonAnswer;
		expect(read.columns[0]?.values).toEqual([null, "1970-01-01T00:00:00.000001Z"]);
		expect(read.rowErrors).toMatchObject([{ code: "INVALID_VALUE", index: 0, name: "since" }]);
	});

	it("takes a column of nulls alone, whatever its type, and names the type of one that never fits", async () => {
		const asked = request({ select: { features: ["stats:small"] }, include: ["statuses"] });
		const columnOf = (type: DataType) =>
			tableToIPC(new Table({ device: vectorFromArray([null, null], type) }), "stream");
		const read = JSON.parse(
			String(await send({ format: "arrow", body: columnOf(new Null()), request: asked })),
		) as JsonAnswer;
		expect(read).toMatchObject({ rowCount: 2, rowErrors: [], columns: [{ statuses: ["NOT_FOUND", "NOT_FOUND"] }] });
		await expect(send({ format: "arrow", body: columnOf(new Uint64()), request: asked })).rejects.toMatchObject({
			code: "INVALID_VALUE",
			message: 'The column "device" holds Uint64, needed is int64.',
		});
	});

	it("tells its row errors in the schema", async () => {
		const answer = await send({
			body: Buffer.from(request({ select: { features: ["stats:small"] }, entities: { device: ["x"] } })),
			answer: "arrow",
		});
		const { metadata } = tableFromIPC(answer as Uint8Array).schema;
		expect(JSON.parse(metadata.get("rowErrors") ?? "")).toMatchObject([{ code: "INVALID_VALUE", index: 0 }]);
	});

	it("is not parsed for those who may not read values of the project", async () => {
		const elsewhere = { ...everything, projects: new Set(["other"]) };
		const asked = {
			format: "arrow",
			body: Buffer.from("no arrow at all"),
			request: request({ select: allOf }),
		} as const;
		await expect(send({ ...asked, principal: elsewhere })).rejects.toMatchObject({ code: "FORBIDDEN" });
	});

	it("is refused without a request, with more rows than are taken, and where it is none", async () => {
		const asked = request({ select: allOf });
		const refused = (more: Partial<FeaturesRequest>, code: string) =>
			expect(send({ format: "arrow", request: asked, ...more })).rejects.toMatchObject({ code });
		await refused({ body: keys([1n]), request: null }, "BAD_USER_INPUT");
		await refused({ body: keys(new Array<bigint>(101).fill(1n)) }, "LIMIT_EXCEEDED");
		await refused({ body: Buffer.from("no arrow at all") }, "BAD_USER_INPUT");
		await refused({ body: new Uint8Array() }, "BAD_USER_INPUT");
		await refused({ body: keys([1n]), request: request({ select: allOf, entities: [] }) }, "BAD_USER_INPUT");
	});
});
