import { beforeEach, describe, expect, it } from "vitest";
import type { Principal } from "../../../../core/ports/principal.ts";
import type { PushRequest } from "../../../../core/ports/take-push.ts";
import { scalar } from "../../../../core/values/type.ts";
import { takePushService } from "../../../../services/serving/push/take-push.ts";
import { createPostgresLog } from "../../../../stores/log/postgres-log.ts";
import { arrowStreams } from "../../../../stores/offline/arrow/arrow-streams.ts";
import { batchView, entity, pushSource, snapshotOf } from "../../../support/registry-snapshot.ts";
import { at, everything, featuresIn, servingFixture, start } from "../serving-fixture.ts";

const serving = servingFixture();
let nextLog = 8000;
let log = "";

beforeEach(() => {
	const source = pushSource(
		nextLog++,
		"trips",
		{ driver: "int64", ended_at: "timestamp", fare: "float64" },
		{
			eventTime: "ended_at",
		},
	);
	log = `source_${source.sourceId}`;
	const driver = entity(1, "driver", { driver: "int64" });
	const view = batchView(
		serving.ids[0] ?? 0,
		"last_trip",
		[driver],
		source,
		{ fare: "float64" },
		{ viewId: nextLog++ },
	);
	serving.use(snapshotOf({ sources: [source], views: [view] }));
});

const takePush = takePushService({
	push: (principal, input) => serving.push(input, { principal }),
	arrow: arrowStreams,
	mostRows: 3,
});

interface Taken {
	readonly accepted: number;
	readonly stale: number;
	readonly rejected: readonly { readonly code: string; readonly index: number; readonly path: string[] }[];
}

const take = async (request: Partial<PushRequest>): Promise<Taken> =>
	JSON.parse(
		String(
			await takePush({
				format: "json",
				body: new Uint8Array(),
				request: null,
				idempotencyKey: null,
				principal: everything,
				requestId: "test",
				signal: new AbortController().signal,
				...request,
			}),
		),
	) as Taken;

const json = (body: unknown, more: Partial<PushRequest> = {}): Promise<Taken> =>
	take({ body: Buffer.from(JSON.stringify(body)), ...more });

const beyondDoubles = 2n ** 53n + 1n;
const instant = start - 1n;
const arrow = (drivers: readonly (bigint | null)[], fares: readonly number[], more: Partial<PushRequest> = {}) =>
	take({
		format: "arrow",
		request: '{"into": {"source": "trips"}}',
		body: arrowStreams.write(
			[
				{ name: "driver", type: scalar("INT64"), values: drivers },
				{ name: "ended_at", type: scalar("TIMESTAMP"), values: drivers.map(() => instant) },
				{ name: "fare", type: scalar("FLOAT64"), values: fares },
			],
			drivers.length,
			{},
		),
		...more,
	});

const fares = async (...drivers: string[]) => {
	const frame = await serving.read({
		select: { features: ["last_trip:fare"] },
		entities: drivers.map((driver) => ({ driver })),
	});
	return featuresIn(frame)["fare"]?.valueOf();
};

describe("a push of Arrow", () => {
	it("is online and in the log, exactly, bad rows told by their index", async () => {
		const taken = await arrow([1n, null, beyondDoubles], [1.5, 2.5, 3.5]);
		expect(taken).toMatchObject({ accepted: 2, stale: 0, rejected: [{ index: 1, code: "MISSING_JOIN_KEY" }] });
		expect(taken.rejected[0]?.path).toEqual(["rows"]);
		expect(await fares("1", String(beyondDoubles), String(beyondDoubles - 1n))).toEqual([
			[1.5, 3.5, null],
			["PRESENT", "PRESENT", "NOT_FOUND"],
		]);
	});

	it("is taken once under a key", async () => {
		const first = await arrow([1n], [1], { idempotencyKey: "k" });
		expect(await arrow([1n], [2], { idempotencyKey: "k" })).toEqual(first);
		expect((await createPostgresLog(serving.database, serving.clock).positions([log])).get(log)).toBe(1n);
	});

	it("ends values, told by keys and times alone", async () => {
		await arrow([1n, 2n], [1, 2]);
		const request = '{"into": {"source": "trips"}, "rowsAre": "DELETES"}';
		const ended = await arrow([1n, null], [9, 9], { request });
		expect(ended).toMatchObject({ accepted: 1, rejected: [{ index: 1, path: ["deletes"] }] });
		expect(await fares("1", "2")).toEqual([
			[null, 2],
			["NOT_FOUND", "PRESENT"],
		]);
		await expect(arrow([1n], [1], { request: request.replace("DELETES", "deletes") })).rejects.toMatchObject({
			code: "BAD_USER_INPUT",
		});
	});

	it("is refused before it is parsed to who may not write, and beyond so many rows", async () => {
		const reader: Principal = { ...everything, permissions: new Set(["READ_VALUES"]) };
		const rubbish = { body: Uint8Array.of(1, 2, 3) };
		await expect(arrow([1n], [1], { principal: reader, ...rubbish })).rejects.toMatchObject({ code: "FORBIDDEN" });
		await expect(arrow([1n], [1], rubbish)).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
		await expect(arrow([1n, 2n, 3n, 4n], [1, 2, 3, 4])).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
	});

	it("computes what the source computes, as rows of JSON have it, and is refused where it gives that", async () => {
		const columns = { driver: "int64", ended_at: "timestamp", fare: "float64", fee: "float64" };
		const source = pushSource(nextLog++, "trips", columns, {
			eventTime: "ended_at",
			expressions: { fee: "fare / 4" },
		});
		const driver = entity(1, "driver", { driver: "int64" });
		const view = batchView(
			serving.ids[0] ?? 0,
			"last_trip",
			[driver],
			source,
			{ fee: "float64" },
			{ viewId: nextLog++ },
		);
		serving.use(snapshotOf({ sources: [source], views: [view] }));
		const fees = async () =>
			featuresIn(
				await serving.read({
					select: { features: ["last_trip:fee"] },
					entities: [{ driver: "1" }, { driver: "2" }],
				}),
			)["fee"];
		expect(await arrow([1n], [10])).toMatchObject({ accepted: 1, rejected: [] });
		const row = { driver: "2", ended_at: at(-1), fare: 10 };
		expect(await json({ into: { source: "trips" }, rows: [row, { ...row, fee: 1 }] })).toMatchObject({
			accepted: 1,
			rejected: [{ index: 1, code: "COMPUTED_COLUMN" }],
		});
		expect(await fees()).toEqual([
			[2.5, 2.5],
			["PRESENT", "PRESENT"],
		]);
		const given = arrowStreams.write(
			[
				{ name: "driver", type: scalar("INT64"), values: [1n] },
				{ name: "ended_at", type: scalar("TIMESTAMP"), values: [instant] },
				{ name: "fee", type: scalar("FLOAT64"), values: [1] },
			],
			1,
			{},
		);
		await expect(arrow([1n], [1], { body: given })).rejects.toMatchObject({ code: "COMPUTED_COLUMN" });
	});

	it("says where its request belongs", async () => {
		await expect(arrow([1n], [1], { request: null })).rejects.toMatchObject({
			details: { hint: expect.stringContaining("/push?request=") as string },
		});
	});
});

describe("a push of JSON", () => {
	it("takes rows and ends values", async () => {
		const row = { driver: "1", ended_at: at(-10), fare: 7 };
		expect(await json({ into: { view: "last_trip" }, rows: [row], to: "BOTH" })).toMatchObject({ accepted: 1 });
		const ended = { into: { source: "trips" }, deletes: [{ driver: "1", ended_at: at(-5) }] };
		expect(await json(ended)).toMatchObject({ accepted: 1, rejected: [] });
		expect(await fares("1")).toEqual([[null], ["NOT_FOUND"]]);
	});

	it.each<[string, unknown, string]>([
		["no JSON object", [1], "request"],
		["a field that is none", { into: { source: "trips" }, row: [] }, "row"],
		["two targets", { into: { source: "trips", view: "last_trip" } }, "into"],
		["a target that is none", { into: { source: "trips" }, to: "online" }, "to"],
		["rows that are no list", { into: { source: "trips" }, rows: {} }, "rows"],
		["a project that is no name", { into: { source: "trips" }, project: 1 }, "project"],
	])("is refused with %s", async (_, body, name) => {
		await expect(json(body)).rejects.toMatchObject({ code: "BAD_USER_INPUT", details: { name } });
	});

	it("has its request in its body alone, and is UTF-8", async () => {
		await expect(json({}, { request: "{}" })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
		await expect(take({ body: Uint8Array.of(0xff) })).rejects.toThrow("UTF-8");
		await expect(take({ body: Buffer.from("{") })).rejects.toThrow("not JSON");
	});
});
