import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import type { SourceDefinition } from "../../../../core/definitions/model.ts";
import type { BatchViewVersion, SourceVersion } from "../../../../core/registry/snapshot.ts";
import { createPostgresLog } from "../../../../stores/log/postgres-log.ts";
import { batchView, entity, pushSource, registryOf, service, snapshotOf } from "../../../support/registry-snapshot.ts";
import { at, everything, featuresIn, second, servingFixture, start } from "../serving-fixture.ts";

const serving = servingFixture();
const airport = entity(1, "airport", { airport: "string" });
let nextLog = 100;
let source: SourceVersion;
let view: BatchViewVersion;

const columns = {
	airport: "string",
	event_time: "timestamp",
	created: "timestamp",
	delay: "float64",
	flights: "int64",
};

/** A source with a log of its own, and a view of it. */
function define(over: Partial<SourceDefinition> = {}, definition: Partial<BatchViewVersion["definition"]> = {}): void {
	source = pushSource(nextLog++, "landings", columns, { createdTime: "created", ...over });
	view = batchView(
		serving.ids[0] ?? 0,
		"airport_delays",
		[airport],
		source,
		{ delay: "float64", flights: "int64" },
		{ viewId: nextLog++, definition },
	);
	serving.use(snapshotOf({ sources: [source], views: [view] }));
}

beforeEach(() => {
	define();
});

const into = { source: "landings" };
const row = (airportCode: string | null, seconds: number, delay: number | null, more: object = {}) => ({
	airport: airportCode,
	event_time: at(seconds),
	delay,
	flights: "1",
	...more,
});
const read = async (...airports: string[]) =>
	featuresIn(
		await serving.read({
			select: { features: ["airport_delays:delay"] },
			entities: airports.map((name) => ({ airport: name })),
		}),
	)["delay"];
const push = (rows: readonly unknown[], more: object = {}) => serving.push({ into, rows, ...more });

describe("a push", () => {
	it("is online when it resolves, and in the log", async () => {
		const payload = await push([row("JFK", -10, 5), row("LAX", -10, 7)]);
		expect(payload).toEqual({ accepted: 2, stale: 0, rejected: [], warnings: [] });
		expect(await read("JFK", "LAX", "SFO")).toEqual([
			[5, 7, null],
			["PRESENT", "PRESENT", "NOT_FOUND"],
		]);
		const log = createPostgresLog(serving.database, serving.clock);
		const id = `source_${source.sourceId}`;
		expect((await log.positions([id])).get(id)).toBe(2n);
		expect(await log.due(start, 10)).toEqual([]);
		expect(serving.events).toMatchObject([{ topic: "values", viewVersionId: view.id }]);
	});

	it("rejects bad rows by index and takes the others", async () => {
		const { accepted, rejected } = await push([
			row("JFK", 0, 1),
			row("JFK", 0, 1, { dely: 3 }),
			row(null, 0, 1),
			{ event_time: at(0), delay: 1, flights: 1 },
			row("JFK", 301, 1),
			row("JFK", 0, 1, { flights: 1.5 }),
			row("JFK", 0, 1, { event_time: "yesterday" }),
			{ airport: "JFK", delay: 1, flights: 1 },
			"JFK",
			row("LAX", 300, 1, { created: at(301) }),
			row("x".repeat(3000), 0, 1),
			row("LAX", 300, 2),
		]);
		expect(accepted).toBe(2);
		expect(rejected.map(({ code, index, name }) => [index, code, name])).toEqual([
			[1, "UNKNOWN_COLUMN", "dely"],
			[2, "MISSING_JOIN_KEY", "airport"],
			[3, "MISSING_JOIN_KEY", "airport"],
			[4, "EVENT_TIME_IN_FUTURE", "event_time"],
			[5, "INVALID_VALUE", "flights"],
			[6, "INVALID_TIMESTAMP", "event_time"],
			[7, "INVALID_TIMESTAMP", "event_time"],
			[8, "INVALID_VALUE", undefined],
			[9, "INVALID_TIMESTAMP", "created"],
			[10, "LIMIT_EXCEEDED", undefined],
		]);
		expect(rejected[0]?.nearest).toEqual(["delay"]);
		// Ahead of the clock, within the skew: taken, and seen when its time has come.
		const early = await read("JFK", "LAX");
		serving.clock.set(300);
		await serving.newWriter().drainHandovers();
		expect([early, await read("JFK", "LAX")]).toEqual([
			[
				[1, null],
				["PRESENT", "NOT_FOUND"],
			],
			[
				[1, 2],
				["PRESENT", "PRESENT"],
			],
		]);
	});

	it("tells omitted features and converted times, once per column", async () => {
		const omitting = { airport: "JFK", event_time: at(-5).replace("Z", ""), flights: 3 };
		const { accepted, warnings } = await push([row("LAX", 0, 1), omitting, { ...omitting, airport: "SFO" }]);
		expect(accepted).toBe(3);
		expect(warnings.map(({ code, name, index }) => [code, name, index])).toEqual([
			["OMITTED_FEATURE", "delay", 1],
			["CONVERTED_VALUE", "event_time", 1],
		]);
		expect(await read("JFK")).toEqual([[null], ["NULL_VALUE"]]);
	});

	it("keeps 64-bit integers exact", async () => {
		await push([row("JFK", 0, 1, { flights: "9223372036854775807" })]);
		const frame = await serving.read({
			select: { features: ["airport_delays:flights"] },
			entities: [{ airport: "JFK" }],
		});
		expect(featuresIn(frame)["flights"]).toEqual([["9223372036854775807"], ["PRESENT"]]);
	});

	it("names unknown sources and views, and what takes no rows", async () => {
		await expect(serving.push({ into: { source: "landing" } })).rejects.toMatchObject({
			code: "UNKNOWN_SOURCE",
			details: { nearest: ["landings"] },
		});
		await expect(serving.push({ into: { view: "airport_delay" } })).rejects.toMatchObject({
			code: "UNKNOWN_VIEW",
			details: { nearest: ["airport_delays"] },
		});
		const { sources, views, ...others } = snapshotOf({ sources: [source], views: [view] });
		serving.use({
			...others,
			sources: new Map([...sources].map(([name, versions]) => [name, { ...versions, current: null }])),
			views: new Map([...views].map(([name, versions]) => [name, { ...versions, current: null }])),
		});
		for (const deleted of [into, { view: "airport_delays" }]) {
			await expect(serving.push({ into: deleted })).rejects.toMatchObject({ details: { nearest: [] } });
		}
		define();
		const tooMany = new Array(10_001).fill(row("JFK", 0, 1));
		await expect(push(tooMany)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
	});
});

describe("newer wins", () => {
	it("keeps the newer row whatever order they come in, and tells the stale ones", async () => {
		expect((await push([row("JFK", -10, 1)])).stale).toBe(0);
		expect((await push([row("JFK", -20, 2), row("LAX", -20, 3)])).stale).toBe(1);
		expect((await push([row("SFO", -1, 5), row("SFO", -2, 4)])).stale).toBe(1);
		expect(await read("JFK", "LAX", "SFO")).toEqual([
			[1, 3, 5],
			["PRESENT", "PRESENT", "PRESENT"],
		]);
	});

	it("lets a correction replace: same event time, later created time", async () => {
		await push([row("JFK", -10, 1, { created: at(-9) })]);
		expect((await push([row("JFK", -10, 2, { created: at(-5) })])).stale).toBe(0);
		expect((await push([row("JFK", -10, 3, { created: at(-7) })])).stale).toBe(1);
		expect(await read("JFK")).toEqual([[2], ["PRESENT"]]);
	});

	it("lets the one pushed last win among equals, also within one push", async () => {
		await push([row("JFK", -10, 9), row("JFK", -10, 1)]);
		expect(await read("JFK")).toEqual([[1], ["PRESENT"]]);
		await push([row("JFK", -10, 0)]);
		expect(await read("JFK")).toEqual([[0], ["PRESENT"]]);
	});

	it("ends values with a tombstone, which a later row replaces and an earlier one does not", async () => {
		await push([row("JFK", -10, 1), row("LAX", -10, 1)]);
		const deletes = [
			{ airport: "JFK", event_time: at(-5) },
			{ airport: "LAX", event_time: at(-20) },
			{ airport: "SFO" },
		];
		const payload = await push([], { deletes });
		expect(payload).toMatchObject({ accepted: 2, stale: 1, rejected: [{ index: 2, path: ["deletes"] }] });
		expect(await read("JFK", "LAX")).toEqual([
			[null, 1],
			["NOT_FOUND", "PRESENT"],
		]);
		await push([row("JFK", -7, 2)]);
		expect(await read("JFK")).toEqual([[null], ["NOT_FOUND"]]);
		await push([row("JFK", -1, 3)]);
		expect(await read("JFK")).toEqual([[3], ["PRESENT"]]);
	});
});

describe("a deletion of one event time with what it ends", () => {
	it("is ordered by its tie-break, like every row", async () => {
		define({ tieBreak: ["flights"] });
		await push([row("JFK", -10, 1, { flights: "2" }), row("LAX", -10, 1, { flights: "2" })]);
		const deletes = [
			{ airport: "JFK", event_time: at(-10), flights: "3" },
			{ airport: "LAX", event_time: at(-10), flights: "1" },
			{ airport: "SFO", event_time: at(-10), flights: "many" },
		];
		const payload = await push([], { deletes });
		expect(payload).toMatchObject({
			accepted: 2,
			stale: 1,
			rejected: [{ index: 2, name: "flights", code: "INVALID_VALUE", path: ["deletes"] }],
			warnings: [],
		});
		expect(await read("JFK", "LAX")).toEqual([
			[null, 1],
			["NOT_FOUND", "PRESENT"],
		]);
	});

	it("has none of the tie-break that it does not give", async () => {
		define({ tieBreak: ["flights"] });
		await push([row("JFK", -10, 1, { flights: null }), row("LAX", -10, 1)]);
		const deletes = ["JFK", "LAX"].map((name) => ({ airport: name, event_time: at(-10) }));
		expect(await push([], { deletes })).toMatchObject({ accepted: 2, stale: 1, warnings: [] });
		expect(await read("JFK", "LAX")).toEqual([
			[null, 1],
			["NOT_FOUND", "PRESENT"],
		]);
	});
});

describe("what was acknowledged comes online", () => {
	it("by another process, when the one that took it dies before it wrote", async () => {
		const payload = await serving.push({ into, rows: [row("JFK", -10, 5)] }, { dies: true });
		expect(payload.accepted).toBe(1);
		expect(await read("JFK")).toEqual([[null], ["NOT_FOUND"]]);
		await push([row("JFK", -20, 4)]);
		expect(await read("JFK")).toEqual([[4], ["PRESENT"]]);
		const writer = serving.newWriter();
		expect(await writer.drainHandovers()).toBe(1);
		expect(await writer.drainHandovers()).toBe(0);
		expect(await read("JFK")).toEqual([[5], ["PRESENT"]]);
	});

	it("by another process that was not told of the view", async () => {
		const present = snapshotOf({ sources: [source], views: [view] });
		let held = snapshotOf({ sources: [], views: [] });
		await serving.push({ into, rows: [row("JFK", -10, 5)] }, { dies: true });
		const registry = registryOf(() => held);
		const refresh = (): Promise<void> => {
			held = present;
			return Promise.resolve();
		};
		expect(await serving.newWriter({ registry: { ...registry, refresh } }).drainHandovers()).toBe(1);
		expect(await read("JFK")).toEqual([[5], ["PRESENT"]]);
	});

	it("again and again without harm", async () => {
		await serving.push({ into, rows: [row("JFK", -10, 5), row("JFK", -11, 6)] }, { dies: true });
		const log = createPostgresLog(serving.database, serving.clock);
		const handovers = await log.due(start, 10);
		await serving.newWriter().drainHandovers();
		for (const { log: id, firstSeq, lastSeq, dueAt } of handovers) {
			await serving.database.pool.query(
				"INSERT INTO featuregraph.handovers (log, first_seq, last_seq, due_at) VALUES ($1, $2, $3, to_timestamp($4))",
				[id, firstSeq, lastSeq, String(dueAt / second)],
			);
		}
		expect(await serving.newWriter().drainHandovers()).toBe(1);
		expect(await read("JFK")).toEqual([[5], ["PRESENT"]]);
	});

	it("when its available time comes, within a second", async () => {
		define({ availableTime: { kind: "delay", seconds: 60 } });
		expect(await push([row("JFK", -30, 5), row("LAX", -90, 6)])).toMatchObject({ accepted: 2, stale: 0 });
		expect(await read("JFK", "LAX")).toEqual([
			[null, 6],
			["NOT_FOUND", "PRESENT"],
		]);
		const writer = serving.newWriter();
		writer.start();
		await sleep(100);
		expect(await read("JFK")).toEqual([[null], ["NOT_FOUND"]]);
		serving.clock.set(30);
		await expect.poll(() => read("JFK")).toEqual([[5], ["PRESENT"]]);
		await writer.stop();
	});

	it("each at its own time, where rows of one push have several", async () => {
		define({ availableTime: { kind: "delay", seconds: 60 } });
		const seconds = [-30, -45, -59, -59, -30];
		await push(seconds.map((time, i) => row(`A${i}`, time, i)));
		const names = seconds.map((_, i) => `A${i}`);
		const writer = serving.newWriter();
		serving.clock.set(1);
		await writer.drainHandovers();
		expect(await read(...names)).toMatchObject([[null, null, 2, 3, null], {}]);
		serving.clock.set(30);
		expect(await writer.drainHandovers()).toBe(3);
		expect(await read(...names)).toMatchObject([[0, 1, 2, 3, 4], {}]);
	});

	it.each([
		{ what: "at the second look, since whoever has just pushed them writes them himself", seconds: 0, looks: 2 },
		{ what: "at the first look, where they have waited for long", seconds: 60, looks: 1 },
	])("$what", async ({ seconds, looks }) => {
		await serving.push({ into, rows: [row("JFK", -10, 5)] }, { dies: true });
		serving.clock.set(seconds);
		const log = createPostgresLog(serving.database, serving.clock);
		let asked = 0;
		const askedBefore: number[] = [];
		const writer = serving.newWriter({
			log: {
				...log,
				due: (...given) => {
					asked++;
					return log.due(...given);
				},
				rowsOf: (...given) => {
					askedBefore.push(asked);
					return log.rowsOf(...given);
				},
			},
		});
		writer.start();
		await expect.poll(() => read("JFK")).toEqual([[5], ["PRESENT"]]);
		await writer.stop();
		expect(askedBefore).toEqual([looks]);
	});

	it("and is told to others, also where the process that wrote it died before it told them", async () => {
		await serving.push({ into, rows: [row("JFK", -10, 5)] }, { dies: true });
		const log = createPostgresLog(serving.database, serving.clock);
		const [handover] = await log.due(start, 10);
		await serving.newWriter().drainHandovers();
		const told = serving.events.filter(({ topic }) => topic === "values");
		expect(told).toHaveLength(1);
		await serving.database.pool.query(
			"INSERT INTO featuregraph.handovers (log, first_seq, last_seq, due_at) VALUES ($1, $2, $3, to_timestamp($4))",
			[handover?.log, handover?.firstSeq, handover?.lastSeq, String((handover?.dueAt ?? 0n) / second)],
		);
		await serving.newWriter().drainHandovers();
		expect(serving.events.filter(({ topic }) => topic === "values")).toEqual([...told, ...told]);
	});

	it("leaves handovers of a log that nobody knows any more behind", async () => {
		await serving.push({ into, rows: [row("JFK", -10, 5)] }, { dies: true });
		serving.use(snapshotOf({ views: [] }));
		await serving.newWriter().drainHandovers();
		expect(await createPostgresLog(serving.database, serving.clock).due(start, 10)).toEqual([]);
	});
});

describe("targets", () => {
	it("OFFLINE is in the log alone", async () => {
		expect(await push([row("JFK", -10, 5)], { to: "OFFLINE" })).toMatchObject({ accepted: 1, stale: 0 });
		expect(await serving.newWriter().drainHandovers()).toBe(0);
		expect(await read("JFK")).toEqual([[null], ["NOT_FOUND"]]);
	});

	it("ONLINE bypasses the log; what the log has of the same time wins, later pushes win over earlier ones", async () => {
		await push([row("JFK", -10, 9)], { to: "ONLINE" });
		serving.clock.set(1);
		await push([row("JFK", -10, 1)], { to: "ONLINE" });
		expect(await read("JFK")).toEqual([[1], ["PRESENT"]]);
		await push([row("JFK", -10, 0)]);
		expect(await push([row("JFK", -10, 7)], { to: "ONLINE" })).toMatchObject({ accepted: 1, stale: 1 });
		expect(await read("JFK")).toEqual([[0], ["PRESENT"]]);
		const id = `source_${source.sourceId}`;
		expect((await createPostgresLog(serving.database, serving.clock).positions([id])).get(id)).toBe(1n);
	});

	it("ONLINE refuses what would have to wait", async () => {
		define({ availableTime: { kind: "delay", seconds: 60 } });
		const payload = await push([row("JFK", -30, 5), row("LAX", -60, 5)], { to: "ONLINE" });
		expect(payload).toMatchObject({ accepted: 1, rejected: [{ index: 0, code: "INVALID_TIMESTAMP" }] });
	});
});

describe("a partial view", () => {
	const both = async () =>
		Object.values(
			featuresIn(await serving.read({ select: { features: ["airport_delays:*"] }, entities: [{ airport: "JFK" }] })),
		);

	it("keeps what a push omits, and not what it gives as null", async () => {
		define({}, { partial: true });
		await push([row("JFK", -10, 5)]);
		const { warnings } = await push([{ airport: "JFK", event_time: at(-9), flights: 8 }]);
		expect(warnings).toEqual([]);
		expect(await both()).toEqual([
			[[5], ["PRESENT"]],
			[["8"], ["PRESENT"]],
		]);
		await push([
			{ airport: "JFK", event_time: at(-8), delay: null },
			{ airport: "JFK", event_time: at(-7), flights: 9 },
		]);
		expect(await both()).toEqual([
			[[null], ["NULL_VALUE"]],
			[["9"], ["PRESENT"]],
		]);
	});

	it("takes nothing over from before a deletion", async () => {
		define({}, { partial: true });
		await push([row("JFK", -10, 5)]);
		await push([], { deletes: [{ airport: "JFK", event_time: at(-9) }] });
		await push([{ airport: "JFK", event_time: at(-8), flights: 8 }]);
		expect(await both()).toEqual([
			[[null], ["NULL_VALUE"]],
			[["8"], ["PRESENT"]],
		]);
	});

	it("takes over what waits for its time", async () => {
		define({}, { partial: true });
		await push([row("JFK", -10, 1)]);
		await push([{ airport: "JFK", event_time: at(1), delay: 2 }]);
		await push([{ airport: "JFK", event_time: at(2), flights: 8 }]);
		await push([{ airport: "JFK", event_time: at(0), flights: 9 }]);
		expect(await both()).toEqual([
			[[1], ["PRESENT"]],
			[["9"], ["PRESENT"]],
		]);
		serving.clock.set(2);
		await serving.newWriter().drainHandovers();
		expect(await both()).toEqual([
			[[2], ["PRESENT"]],
			[["8"], ["PRESENT"]],
		]);
	});

	it("shows what a late row says where newer ones say nothing of it", async () => {
		define({}, { partial: true });
		await push([row("JFK", -30, 1)]);
		await push([{ airport: "JFK", event_time: at(-10), flights: 8 }]);
		const late = await push([{ airport: "JFK", event_time: at(-20), delay: 2, flights: 7 }]);
		expect(late).toMatchObject({ accepted: 1, stale: 0 });
		expect(await both()).toEqual([
			[[2], ["PRESENT"]],
			[["8"], ["PRESENT"]],
		]);
		await push([], { deletes: [{ airport: "JFK", event_time: at(-15) }] });
		expect(await both()).toEqual([
			[[null], ["NULL_VALUE"]],
			[["8"], ["PRESENT"]],
		]);
	});

	it("merges pushes of one key that come at the same time", async () => {
		define({}, { partial: true });
		await Promise.all([
			push([{ airport: "JFK", event_time: at(-10), delay: 5 }]),
			push([{ airport: "JFK", event_time: at(-9), flights: 8 }]),
			push([{ airport: "JFK", event_time: at(-8), delay: 6 }]),
			push([{ airport: "JFK", event_time: at(-7), flights: 9 }]),
		]);
		expect(await both()).toEqual([
			[[6], ["PRESENT"]],
			[["9"], ["PRESENT"]],
		]);
	});

	it("takes over what is online where a row goes there alone", async () => {
		define({}, { partial: true });
		await push([row("JFK", -10, 5)], { to: "ONLINE" });
		await push([{ airport: "JFK", event_time: at(-9), flights: 8 }], { to: "ONLINE" });
		expect(await both()).toEqual([
			[[5], ["PRESENT"]],
			[["8"], ["PRESENT"]],
		]);
	});
});

describe("an idempotency key", () => {
	it("answers a repeated call with the first payload, also when both come at once", async () => {
		const calls = [1, 2, 3].map((delay) => push([row("JFK", -10, delay)], { idempotencyKey: "k" }));
		const payloads = await Promise.all(calls);
		expect(payloads[0]).toMatchObject({ accepted: 1, stale: 0 });
		for (const payload of payloads) expect(payload).toEqual(payloads[0]);
		const id = `source_${source.sourceId}`;
		const log = createPostgresLog(serving.database, serving.clock);
		expect((await log.positions([id])).get(id)).toBe(1n);
		serving.clock.set(86_401);
		await push([row("JFK", -5, 4)], { idempotencyKey: "k" });
		expect((await log.positions([id])).get(id)).toBe(2n);
	});

	it("is known to the log: a call that died before it answered, and is repeated, appends nothing twice", async () => {
		const id = `source_${source.sourceId}`;
		const log = createPostgresLog(serving.database, serving.clock);
		const call = () => push([row("JFK", -10, 1)], { idempotencyKey: "died" });
		await call();
		await serving.database.pool.query("DELETE FROM featuregraph.idempotency_keys WHERE key LIKE '%died%'");
		expect(await call()).toMatchObject({ accepted: 1, rejected: [] });
		expect((await log.positions([id])).get(id)).toBe(1n);
		define({}, { partial: true });
		await push([row("JFK", -10, 1)], { idempotencyKey: "partial" });
		await serving.database.pool.query("DELETE FROM featuregraph.idempotency_keys WHERE key LIKE '%partial%'");
		await push([row("JFK", -10, 1)], { idempotencyKey: "partial" });
		const other = `source_${source.sourceId}`;
		expect((await log.positions([other])).get(other)).toBe(1n);
	});

	it("of one principal says nothing to another: nobody takes the place of what others push", async () => {
		const bob = { principal: { ...everything, id: "bob" } };
		await serving.push({ into, rows: [row("JFK", -10, 1)], idempotencyKey: "nightly" }, bob);
		expect(await push([row("JFK", -9, 2)], { idempotencyKey: "nightly" })).toMatchObject({ accepted: 1 });
		const id = `source_${source.sourceId}`;
		expect((await createPostgresLog(serving.database, serving.clock).positions([id])).get(id)).toBe(2n);
	});

	it("of a call that died is free after some seconds", async () => {
		await serving.database.pool.query(
			`INSERT INTO featuregraph.idempotency_keys (project, mutation, key, created_at) VALUES ('default', 'push', '["test","dead"]', $1)`,
			[at(0)],
		);
		serving.clock.set(6);
		expect(await push([row("JFK", -10, 1)], { idempotencyKey: "dead" })).toMatchObject({ accepted: 1 });
	});
});

describe("text that the database cannot hold", () => {
	it("is told by index, and the other rows are taken", async () => {
		const { accepted, rejected } = await push([row("J\u0000FK", -10, 1), row("LAX", -10, 2), row("\ud800", -10, 2)]);
		expect([accepted, rejected.map(({ index, code }) => [index, code])]).toEqual([
			1,
			[
				[0, "INVALID_VALUE"],
				[2, "INVALID_VALUE"],
			],
		]);
	});
});

describe("many keyed pushes at once", () => {
	it("do not wait for each other's connections", async () => {
		const calls = Array.from({ length: 40 }, (_, i) => push([row(`A${i}`, -10, i)], { idempotencyKey: `many-${i}` }));
		expect((await Promise.all(calls)).every(({ accepted }) => accepted === 1)).toBe(true);
	});
});

describe("what a push feeds", () => {
	it("the current version and those that services pin, and not the ones with SQL of their own", async () => {
		const [, second = 0, third = 0, other = 0] = serving.ids;
		const old = view;
		const current = batchView(
			second,
			"airport_delays",
			[airport],
			source,
			{ flights: "int64" },
			{
				version: 2,
				viewId: old.viewId,
				onlineSince: null,
			},
		);
		const sql = batchView(
			third,
			"by_sql",
			[airport],
			source,
			{ delay: "float64" },
			{
				definition: { transformation: { sql: "SELECT airport, event_time, delay FROM source" } },
			},
		);
		const byCarrier = batchView(other, "flights_of", [airport], source, { flights: "float64" });
		const frozen = { prefix: "airport_delays", viewVersion: old, feature: "delay", joinKeys: {} };
		serving.use(
			snapshotOf({
				sources: [source],
				views: [old, current, sql, byCarrier],
				services: [service(90, "model", [frozen])],
			}),
		);
		await push([row("JFK", -10, 5, { flights: 3 })]);
		const features = ["airport_delays@1:delay", "airport_delays@2:flights", "by_sql:delay", "flights_of:flights"];
		const values = await Promise.all(
			features.map(async (feature) =>
				Object.values(
					featuresIn(await serving.read({ select: { features: [feature] }, entities: [{ airport: "JFK" }] })),
				),
			),
		);
		expect(values).toEqual([
			[[[5], ["PRESENT"]]],
			[[["3"], ["PRESENT"]]],
			[[[null], ["NOT_FOUND"]]],
			[[[3], ["PRESENT"]]],
		]);
		expect(serving.marked).toEqual([]);
	});

	it("marks a first version as online with its first rows", async () => {
		const first = batchView(view.id, "airport_delays", [airport], source, { delay: "float64" }, { onlineSince: null });
		serving.use(snapshotOf({ sources: [source], views: [first] }));
		await push([row("JFK", -10, 5)]);
		expect(serving.marked).toEqual([first.id]);
	});

	it("a view whose source is none, through a log of its own", async () => {
		define({ origin: { kind: "parquet", path: "data.parquet" }, columns: null });
		const payload = await serving.push({ into: { view: "airport_delays" }, rows: [row("JFK", -10, 5)] });
		expect(payload).toMatchObject({ accepted: 1, stale: 0, rejected: [] });
		expect(await read("JFK")).toEqual([[5], ["PRESENT"]]);
		await expect(push([row("JFK", -10, 5)])).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
	});
});
