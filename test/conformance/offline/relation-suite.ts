/** Relations: what SQL of users may and may not do, positions of the log, and being stopped. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { OfflineView } from "../../../core/ports/offline-engine.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { at, collect, type EngineUnderTest, placeScenario, pointInTime, row, spoolLabels } from "./harness.ts";

const key: Column = { name: "k", type: scalar("STRING") };
const feature: Column = { name: "v", type: scalar("FLOAT64") };
const rows = [row(["a"], at(1), [1]), row(["a"], at(2), [2]), row(["b"], at(2), [5])];

export function relationSuite(open: () => Promise<EngineUnderTest>): void {
	let under: EngineUnderTest;
	let view: OfflineView;
	beforeAll(async () => {
		under = await open();
		({ view } = await placeScenario(under, { keys: [key], features: [feature], rows }));
	});
	afterAll(() => under?.close());

	const transformed = (sql: string, more: Partial<OfflineView> = {}): OfflineView => ({
		...view,
		...more,
		relation: { ...view.relation, steps: [...view.relation.steps, { name: "landings", sql }] },
	});

	async function read(
		of: OfflineView,
		labels: readonly [Value, bigint | null][],
		positions: ReadonlyMap<string, bigint> | null = null,
	): Promise<string[]> {
		const frame = await spoolLabels(
			under,
			[key],
			labels.map(([k, ts]) => ({ keys: [k], ts })),
		);
		try {
			const found = await collect(
				pointInTime(under, frame, {
					reads: [{ view: of, keyColumns: ["k"], features: of.features.map(({ name }) => name) }],
					positions,
				}),
			);
			return found.map((values) => (values.at(-1) === "PRESENT" ? String(values[0]) : String(values.at(-1))));
		} finally {
			await frame.close();
		}
	}

	describe("SQL of users", () => {
		test("a transformation reads `source` and the source's name, and queries may follow each other", async () => {
			const once = transformed("SELECT k, v * 10 AS v, event_ts FROM landings;");
			expect(await read(once, [["a", at(2)]])).toEqual(["20"]);
			const twice: OfflineView = {
				...once,
				relation: {
					...once.relation,
					steps: [
						...once.relation.steps,
						{ name: "daily", sql: "WITH s AS (SELECT * FROM source) SELECT k, v + 1 AS v, event_ts FROM s -- all" },
					],
				},
			};
			expect(
				await read(twice, [
					["a", at(2)],
					["b", at(9)],
				]),
			).toEqual(["21", "51"]);
		});

		test.each([
			["DELETE FROM source", /SELECT/],
			["SELECT 1; SELECT 2", /one SELECT/],
			["SELEC k FROM source", /syntax error/],
			["SELECT k, v, event_ts FROM somewhere", /somewhere/],
			["WITH pg_class AS (SELECT * FROM pg_class) SELECT k, v, event_ts FROM source", /pg_class/],
			[
				"SELECT s.* FROM source s, (WITH pg_class AS (SELECT 1) SELECT 1) a, (SELECT count(*) FROM pg_class) b",
				/pg_class/,
			],
			["WITH a AS (SELECT count(*) FROM pg_class), pg_class AS (SELECT 1) SELECT source.* FROM source, a", /pg_class/],
			["SELECT k, v, now() AS event_ts FROM source", /now\(\)/],
			["SELECT k, v, current_timestamp AS event_ts FROM source", /current_timestamp/],
			["SELECT k, random() AS v, event_ts FROM source", /random\(\)/],
			["SELECT k, v, event_ts FROM source WHERE event_ts > (SELECT current_date)", /current_date/],
			["SELECT k, v, event_ts FROM source TABLESAMPLE SYSTEM (10)", /sample/],
			["SELECT k, w, event_ts FROM source", /w/],
			["SELECT k, v, event_ts FROM featuregraph.views", /featuregraph\.views|views/],
		])("%s is refused", async (sql, message) => {
			await expect(read(transformed(sql), [["a", at(1)]])).rejects.toMatchObject({
				code: "INVALID_SQL",
				message: expect.stringMatching(message) as string,
			});
		});

		test("a transformation must yield what the view needs", async () => {
			const missing = transformed("SELECT k, event_ts FROM source");
			await expect(read(missing, [["a", at(1)]])).rejects.toMatchObject({
				code: "UNKNOWN_COLUMN",
				details: { name: "v" },
			});
		});

		test("a transformation that drops the available time would leak, and is refused", async () => {
			const available = { availableTime: { kind: "column", column: "available_ts" } } as const;
			const leaking = transformed("SELECT k, v, event_ts FROM source", available);
			await expect(read(leaking, [["a", at(1)]])).rejects.toMatchObject({
				code: "UNKNOWN_COLUMN",
				message: expect.stringMatching(/leak/) as string,
			});
		});

		test("a column that is not exactly of the declared type is refused with its name", async () => {
			const text = transformed("SELECT k, CAST(v AS VARCHAR) AS v, event_ts FROM source");
			await expect(read(text, [["a", at(1)]])).rejects.toMatchObject({ code: "INVALID_TYPE", details: { name: "v" } });
		});
	});

	test("describe tells the columns, and scan the rows", async () => {
		expect(await under.engine.describe(view.relation)).toEqual([
			key,
			feature,
			{ name: "event_ts", type: scalar("TIMESTAMP") },
		]);
		const scanned = under.engine.scan(view.relation, new AbortController().signal);
		expect((await scanned.columns).map(({ name }) => name)).toEqual(["k", "v", "event_ts"]);
		expect(await collect(scanned.batches)).toEqual(
			rows.map(({ keys, features, event }) => [...keys, ...features, event]),
		);
	});

	test("rows behind the given positions of the log do not count", async () => {
		const logged = [1, 2, 3].map((v) => row(["a"], at(v), [v], { seq: BigInt(v), ingested: at(v) }));
		const placed = await placeScenario(under, {
			keys: [key],
			features: [feature],
			rows: [row(["a"], at(0), [0]), ...logged],
		});
		const log = placed.view.log?.id ?? "";
		const label: [Value, bigint][] = [["a", at(9)]];
		expect(await read(placed.view, label)).toEqual(["3"]);
		expect(await read(placed.view, label, new Map([[log, 2n]]))).toEqual(["2"]);
		expect(await read(placed.view, label, new Map())).toEqual(["0"]);
	});

	test("a wanted subset of the features, in the order asked for", async () => {
		const features = ["v", "w", "u"].map((name) => ({ name, type: scalar("INT64") }));
		const placed = await placeScenario(under, { keys: [key], features, rows: [row(["a"], at(1), [1n, 2n, 3n])] });
		const frame = await spoolLabels(under, [key], [{ keys: ["a"], ts: at(1) }]);
		const reads = [{ view: placed.view, keyColumns: ["k"], features: ["u", "v"] }];
		expect(await collect(pointInTime(under, frame, { reads }))).toEqual([[3n, 1n, at(1), "PRESENT"]]);
		await frame.close();
	});

	test("an aborted signal stops the SQL with its reason", async () => {
		const slow = transformed(
			"SELECT k, v + (SELECT count(*) FROM generate_series(1, 100000) AS x(i), generate_series(1, 100000) AS y(j) WHERE (x.i * y.j) % 7 = v) AS v, event_ts FROM source",
		);
		const controller = new AbortController();
		const frame = await spoolLabels(under, [key], [{ keys: ["a"], ts: at(1) }]);
		const reason = new Error("cancelled by the test");
		const timer = setTimeout(() => controller.abort(reason), 300);
		const began = performance.now();
		const reading = collect(
			pointInTime(under, frame, {
				reads: [{ view: slow, keyColumns: ["k"], features: ["v"] }],
				signal: controller.signal,
			}),
		);
		await expect(reading).rejects.toBe(reason);
		expect(performance.now() - began).toBeLessThan(10_000);
		clearTimeout(timer);
		await frame.close();
	});

	test("many labels come back in their order", async () => {
		const count = 50_000;
		const labels = Array.from({ length: count }, (_, i) => ({
			keys: [i % 3 === 0 ? "a" : i % 3 === 1 ? "b" : "c"],
			ts: at(i % 5),
		}));
		const expected = labels.map(({ keys: [k] }, i) => {
			const seconds = i % 5;
			if (k === "a") return seconds === 0 ? null : seconds === 1 ? 1 : 2;
			return k === "b" && seconds >= 2 ? 5 : null;
		});
		const frame = await spoolLabels(under, [key], labels);
		const found = await collect(pointInTime(under, frame, { reads: [{ view, keyColumns: ["k"], features: ["v"] }] }));
		expect(found.map(([v]) => v)).toEqual(expected);
		await frame.close();
	});
}
