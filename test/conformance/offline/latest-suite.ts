/** The newest row of each key, for materialization: every offline engine has to pass it. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { at, collect, compareLatest, type EngineUnderTest, placeScenario, row, type Scenario } from "./harness.ts";
import { scenarios } from "./point-in-time-suite.ts";

const key: Column = { name: "k", type: scalar("STRING") };
const feature: Column = { name: "v", type: scalar("FLOAT64") };
const plain = { keys: [key], features: [feature] } as const;
const all = { from: null, to: at(1000), eventRange: null } as const;

export function latestSuite(open: () => Promise<EngineUnderTest>): void {
	let under: EngineUnderTest;
	beforeAll(async () => {
		under = await open();
	});
	afterAll(() => under?.close());

	/** Key and first feature of each row, once the oracle agrees. */
	async function latest(scenario: Scenario, range: Parameters<typeof compareLatest>[2]): Promise<Value[][]> {
		const { actual, expected } = await compareLatest(under, scenario, range);
		expect(actual).toEqual(expected);
		return actual.map(([k, v]) => [k ?? null, v ?? null]);
	}

	describe("latest", () => {
		test("one row per key, in the order of their bytes; rows without a key or an event time have no part", async () => {
			const rows = [
				row(["b"], at(1), [1]),
				row(["a"], at(1), [2]),
				row(["ä"], at(1), [3]),
				row(["Z"], at(1), [4]),
				row(["b"], at(2), [5]),
				row([null], at(9), [6]),
				row(["a"], null, [7]),
			];
			expect(await latest({ ...plain, rows }, all)).toEqual([
				["Z", 4],
				["a", 2],
				["b", 5],
				["ä", 3],
			]);
		});

		test("a late row is picked up by the time it was taken in, a row of the future waits", async () => {
			const rows = [
				row(["a"], at(5), [1], { created: at(5) }),
				row(["b"], at(5), [2], { created: at(20) }),
				row(["c"], at(50), [3], { created: at(6) }),
				row(["d"], at(6), [4], { seq: 1n, ingested: at(21) }),
			];
			const scenario = { ...plain, created: true, rows };
			expect(await latest(scenario, { from: null, to: at(10), eventRange: null })).toEqual([["a", 1]]);
			expect(await latest(scenario, { from: at(10), to: at(30), eventRange: null })).toEqual([
				["b", 2],
				["d", 4],
			]);
			expect(await latest(scenario, { from: at(30), to: at(60), eventRange: null })).toEqual([["c", 3]]);
		});

		test("a row is left out until it is available", async () => {
			const rows = [row(["a"], at(1), [1], { available: at(1) }), row(["a"], at(2), [2], { available: at(9) })];
			const scenario = { ...plain, available: "column", rows } as const;
			expect(await latest(scenario, { from: null, to: at(5), eventRange: null })).toEqual([["a", 1]]);
			expect(await latest(scenario, { from: at(5), to: at(9), eventRange: null })).toEqual([["a", 2]]);
		});

		test("a tombstone is told as one", async () => {
			const rows = [row(["a"], at(1), [1]), row(["a"], at(2), [null], { seq: 3n, ingested: at(2), deleted: true })];
			const { actual } = await compareLatest(under, { ...plain, rows }, all);
			expect(actual).toEqual([["a", null, at(2), null, 3n, true]]);
		});

		test("it goes on behind a key", async () => {
			const keys: Column[] = [key, { name: "k2", type: scalar("INT64") }];
			const pairs: [string, bigint][] = [
				["a", 1n],
				["a", 2n],
				["b", 0n],
				["b", 9_007_199_254_740_993n],
				["c", 1n],
			];
			const rows = pairs.map((values, v) => row(values, at(1), [v]));
			const { view } = await placeScenario(under, { keys, features: [feature], rows });
			const signal = new AbortController().signal;
			const behind = async (afterKey: readonly Value[] | null): Promise<Value[]> =>
				(await collect(under.engine.latest({ view, ...all, afterKey, signal }))).map((values) => values[2] ?? null);
			expect(await behind(null)).toEqual([0, 1, 2, 3, 4]);
			expect(await behind(["a", 2n])).toEqual([2, 3, 4]);
			expect(await behind(["b", 9_007_199_254_740_992n])).toEqual([3, 4]);
			expect(await behind(["c", 1n])).toEqual([]);
		});

		test("the tie-break columns come with their names and types", async () => {
			const tieBreak: Column[] = [{ name: "rank", type: scalar("INT32") }];
			const rows = [row(["a"], at(1), [1], { tieBreak: [7] }), row(["a"], at(1), [2], { tieBreak: [6] })];
			const { view } = await placeScenario(under, { ...plain, tieBreak, rows });
			const columns = await under.engine.latestColumns(view);
			expect(columns.map(({ name }) => name)).toEqual([
				"k",
				"v",
				"__event_time",
				"__created_time",
				"rank",
				"__seq",
				"__deleted",
			]);
			const signal = new AbortController().signal;
			const found = await collect(under.engine.latest({ view, ...all, afterKey: null, signal }));
			expect(found).toEqual([["a", 1, at(1), null, 7, null, false]]);
		});

		test("the newest event and when it became known", async () => {
			const rows = [
				row(["a"], at(5), [1], { created: at(7) }),
				row(["b"], at(6), [1], { created: at(6) }),
				row(["b"], at(60), [1], { created: at(6) }),
			];
			const { view } = await placeScenario(under, { ...plain, created: true, rows });
			expect(await under.engine.newest(view, at(50))).toEqual({ eventTime: at(6), knownAt: at(7) });
			expect(await under.engine.newest(view, at(1))).toEqual({ eventTime: null, knownAt: null });
		});

		test("generated rows give what the naive oracle gives", async () => {
			const instants = fc.integer({ min: 0, max: 6 }).map((s) => at(s));
			await fc.assert(
				fc.asyncProperty(
					scenarios,
					fc.option(instants),
					instants,
					fc.option(fc.tuple(instants, instants)),
					async ({ scenario }, from, to, event) => {
						const eventRange = event === null ? null : { start: event[0], end: event[1] };
						const { actual, expected } = await compareLatest(under, scenario, { from, to, eventRange });
						expect(actual).toEqual(expected);
					},
				),
				{ numRuns: 25 },
			);
		}, 120_000);
	});
}
