/** Point-in-time truth, rule by rule: every offline engine has to pass it. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Known } from "../../../core/ports/offline-engine.ts";
import { arrayOf, type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import type { OracleLabel, OracleRow } from "../../oracle/point-in-time.ts";
import { at, compareWithOracle, type EngineUnderTest, row, type Scenario } from "./harness.ts";

const key: Column = { name: "k", type: scalar("STRING") };
const feature: Column = { name: "v", type: scalar("FLOAT64") };
const rank: Column = { name: "rank", type: scalar("INT32") };
const plain = { keys: [key], features: [feature] } as const;
const label = (k: Value, ts: OracleLabel["ts"]): OracleLabel => ({ keys: [k], ts });

export function pointInTimeSuite(open: () => Promise<EngineUnderTest>): void {
	let under: EngineUnderTest;
	beforeAll(async () => {
		under = await open();
	});
	afterAll(() => under?.close());

	/** Statuses and first features, once the oracle agrees. */
	async function read(scenario: Scenario, labels: readonly OracleLabel[], known?: Known): Promise<string[]> {
		const { actual, expected } = await compareWithOracle(under, scenario, labels, known);
		expect(actual).toEqual(expected);
		return actual.map(({ status, features }) => (status === "PRESENT" ? String(features[0]) : status));
	}

	describe("visible (rule 1)", () => {
		test("a row is visible at its event time, not a microsecond before", async () => {
			const rows = [row(["a"], at(10), [1])];
			expect(await read({ ...plain, rows }, [label("a", at(10)), label("a", at(10) - 1n)])).toEqual(["1", "NOT_FOUND"]);
		});

		test("a row is not visible before its available time, and an older one is chosen meanwhile", async () => {
			const rows = [
				row(["a"], at(1), [1], { available: at(2) }),
				row(["a"], at(10), [2], { available: at(50) }),
				row(["a"], at(20), [3], { available: at(21) }),
				row(["a"], at(30), [4], { available: null }),
			];
			const labels = [1, 2, 15, 21, 49, 50, 60].map((s) => label("a", at(s)));
			expect(await read({ ...plain, available: "column", rows }, labels)).toEqual([
				"NOT_FOUND",
				"1",
				"1",
				"3",
				"3",
				"3",
				"3",
			]);
		});

		test("a delay makes rows available a constant time after the event", async () => {
			const rows = [row(["a"], at(10), [1]), row(["a"], at(20), [2])];
			const labels = [label("a", at(14)), label("a", at(15)), label("a", at(25) - 1n), label("a", at(25))];
			const scenario = { ...plain, available: { delaySeconds: 5 }, rows };
			expect(await read(scenario, labels)).toEqual(["NOT_FOUND", "1", "1", "2"]);
		});
	});

	describe("window (rule 2)", () => {
		test("the ttl includes both ends, to the microsecond", async () => {
			const rows = [row(["a"], at(10), [1])];
			const labels = [label("a", at(40)), label("a", at(40) + 1n), label("a", at(10)), label("a", at(10) - 1n)];
			expect(await read({ ...plain, ttl: 30_000_000n, rows }, labels)).toEqual([
				"1",
				"OUTSIDE_MAX_AGE",
				"1",
				"NOT_FOUND",
			]);
		});

		test("a row older than the window of every label is outside its max age, not missing", async () => {
			const rows = [row(["a"], at(1), [1]), row(["b"], at(2), [2]), row(["c"], at(1000), [3])];
			const labels = [label("a", at(1000)), label("b", at(900)), label("c", at(1000)), label("d", at(1000))];
			const scenario = { ...plain, ttl: 30_000_000n, rows };
			expect(await read(scenario, labels)).toEqual(["OUTSIDE_MAX_AGE", "OUTSIDE_MAX_AGE", "3", "NOT_FOUND"]);
		});

		test("without a ttl the oldest row counts", async () => {
			expect(await read({ ...plain, rows: [row(["a"], at(-1e8), [1])] }, [label("a", at(1e8))])).toEqual(["1"]);
		});
	});

	describe("latest wins (rule 3)", () => {
		test("the greatest event time, then the greatest created time, null lowest", async () => {
			const rows = [
				row(["a"], at(1), [1], { created: at(100) }),
				row(["a"], at(2), [2], { created: null }),
				row(["a"], at(2), [3], { created: at(-5) }),
				row(["a"], at(2), [9], { created: at(-6) }),
			];
			expect(await read({ ...plain, created: true, rows }, [label("a", at(5))])).toEqual(["3"]);
		});

		test("then the tie-break columns in their order, null lowest", async () => {
			const second: Column = { name: "note", type: scalar("STRING") };
			const rows = [
				row(["a"], at(1), [1], { tieBreak: [null, "z"] }),
				row(["a"], at(1), [2], { tieBreak: [-5, "a"] }),
				row(["a"], at(1), [3], { tieBreak: [-5, "ä"] }),
				row(["a"], at(1), [9], { tieBreak: [-5, "Z"] }),
			];
			expect(await read({ ...plain, tieBreak: [rank, second], rows }, [label("a", at(5))])).toEqual(["3"]);
		});

		test("then the sequence number: rows of the log beat those of the origin, the last pushed wins", async () => {
			const rows = [
				row(["a"], at(1), [9]),
				row(["a"], at(1), [2], { seq: 1n, ingested: at(1) }),
				row(["a"], at(1), [1], { seq: 2n, ingested: at(1) }),
			];
			expect(await read({ ...plain, rows }, [label("a", at(5))])).toEqual(["1"]);
		});

		test("then all columns: null lowest, NaN highest", async () => {
			const rows = [null, Number.POSITIVE_INFINITY, Number.NaN, 5].map((v) => row(["a"], at(1), [v]));
			const more = [null, -1e300, Number.NEGATIVE_INFINITY].map((v) => row(["b"], at(1), [v]));
			expect(await read({ ...plain, rows: [...rows, ...more] }, [label("a", at(5)), label("b", at(5))])).toEqual([
				"NaN",
				"-1e+300",
			]);
		});

		test("a row without event time is never chosen, and one without a key never matches", async () => {
			const rows = [row(["a"], null, [1]), row([null], at(1), [2])];
			expect(await read({ ...plain, rows }, [label("a", at(5)), label(null, at(5))])).toEqual([
				"NOT_FOUND",
				"NOT_FOUND",
			]);
		});

		test("a tombstone ends the values, until the next row", async () => {
			const rows = [
				row(["a"], at(1), [1]),
				row(["a"], at(2), [null], { seq: 1n, ingested: at(2), deleted: true }),
				row(["a"], at(3), [3], { seq: 2n, ingested: at(3) }),
			];
			const labels = [label("a", at(1)), label("a", at(2)), label("a", at(100)), label("a", at(2.5))];
			expect(await read({ ...plain, ttl: 50_000_000n, rows }, labels)).toEqual([
				"1",
				"NOT_FOUND",
				"OUTSIDE_MAX_AGE",
				"NOT_FOUND",
			]);
		});
	});

	describe("known (rule 4)", () => {
		const rows = [
			row(["a"], at(1), [1], { created: at(1) }),
			row(["a"], at(2), [2], { created: at(10) }),
			row(["a"], at(3), [3], { created: at(4) }),
			row(["a"], at(4), [4], { seq: 1n, ingested: at(20), created: at(4) }),
		];
		const labels = [1, 2, 3, 4, 9, 10, 19, 20].map((s) => label("a", at(s)));

		test("atLabelTime leaves out what the store had not taken in by then", async () => {
			const known = { kind: "atLabelTime" } as const;
			expect(await read({ ...plain, created: true, rows }, labels, known)).toEqual([
				"1",
				"1",
				"1",
				"3",
				"3",
				"3",
				"3",
				"4",
			]);
		});

		test("at an instant, for all labels", async () => {
			expect(await read({ ...plain, created: true, rows }, labels, { kind: "at", at: at(4) })).toEqual([
				"1",
				"1",
				"3",
				"3",
				"3",
				"3",
				"3",
				"3",
			]);
		});

		test("a view with neither created nor ingested time says so", async () => {
			const scenario = { ...plain, rows: [row(["a"], at(1), [1])] };
			await expect(read(scenario, [label("a", at(1))], { kind: "atLabelTime" })).rejects.toMatchObject({
				code: "BAD_USER_INPUT",
				details: { name: "scenario" },
			});
		});
	});

	describe("rows in, rows out (rules 5 to 9, and bugs of others)", () => {
		test("a null latest value stays null", async () => {
			expect(
				await read({ ...plain, rows: [row(["a"], at(1), [1]), row(["a"], at(2), [null])] }, [label("a", at(3))]),
			).toEqual(["null"]);
		});

		test("order, count and duplicates of label rows are kept; null keys and null times keep their rows", async () => {
			const rows = [row(["a"], at(1), [1]), row(["b"], at(2), [2])];
			const labels = [
				label("b", at(9)),
				label(null, at(9)),
				label("a", at(9)),
				label("a", null),
				label("b", at(9)),
				label("zz", at(9)),
				label("a", at(9)),
			];
			expect(await read({ ...plain, rows }, labels)).toEqual([
				"2",
				"NOT_FOUND",
				"1",
				"NOT_FOUND",
				"2",
				"NOT_FOUND",
				"1",
			]);
		});

		test("composite keys are never glued together", async () => {
			const keys: Column[] = [key, { name: "k2", type: scalar("STRING") }];
			const rows = [row(["1", "23"], at(1), [1]), row(["12", "3"], at(1), [2]), row(["1", null], at(1), [3])];
			const labels = [
				["1", "23"],
				["12", "3"],
				["1", null],
				["123", ""],
			].map((values) => ({ keys: values, ts: at(5) }));
			expect(await read({ keys, features: [feature], rows }, labels)).toEqual(["1", "2", "NOT_FOUND", "NOT_FOUND"]);
		});

		test("a tie on the event time gives one row, and rows that are expired or of the future lose no label", async () => {
			const rows = [row(["a"], at(10), [1]), row(["a"], at(10), [2]), row(["b"], at(99), [3])];
			const labels = [label("a", at(10)), label("b", at(10)), label("a", at(98)), label("a", at(9))];
			expect(await read({ ...plain, ttl: 5_000_000n, rows }, labels)).toEqual([
				"2",
				"NOT_FOUND",
				"OUTSIDE_MAX_AGE",
				"NOT_FOUND",
			]);
		});

		test("no rows at all, no labels at all", async () => {
			expect(await read({ ...plain, rows: [] }, [label("a", at(1))])).toEqual(["NOT_FOUND"]);
			expect(await read({ ...plain, ttl: 1n, rows: [] }, [])).toEqual([]);
		});

		test("labels without any time", async () => {
			expect(await read({ ...plain, ttl: 1n, rows: [row(["a"], at(1), [1])] }, [label("a", null)])).toEqual([
				"NOT_FOUND",
			]);
		});

		test("every type comes out as it went in, and 64-bit integers are exact as keys and as features", async () => {
			const types: [string, Column["type"], Value][] = [
				["b", scalar("BOOL"), true],
				["i", scalar("INT32"), -2_147_483_648],
				["l", scalar("INT64"), 9_223_372_036_854_775_807n],
				["f", scalar("FLOAT32"), Math.fround(0.1)],
				["d", scalar("FLOAT64"), 5e-324],
				["s", scalar("STRING"), 'O\'Hare "ünï" \u{1f600}'],
				["y", scalar("BYTES"), new Uint8Array([0, 255, 39])],
				["t", scalar("TIMESTAMP"), -1n],
				["a", scalar("DATE"), -719_162],
				["j", scalar("JSON"), '{"a":[1,null],"b":"x"}'],
				["la", arrayOf("INT64"), [1n, null, -(2n ** 63n)]],
				["ls", arrayOf("STRING"), ["", null, ","]],
				["lf", arrayOf("FLOAT64"), [Number.NaN, 0.5]],
				["lt", arrayOf("TIMESTAMP"), [at(1)]],
				["le", arrayOf("BOOL"), []],
			];
			const keys: Column[] = [{ name: "id", type: scalar("INT64") }];
			const features = types.map(([name, type]) => ({ name, type }));
			const values = types.map(([, , value]) => value);
			const big = 9_007_199_254_740_993n;
			const rows = [
				row([big], at(1), values),
				row(
					[big + 1n],
					at(1),
					values.map(() => null),
				),
				row([big + 2n], at(2), values, { seq: 1n, ingested: at(2) }),
			];
			const labels = [big, big + 1n, big + 2n, big - 1n].map((id) => ({ keys: [id], ts: at(5) }));
			expect(await read({ keys, features, rows }, labels)).toEqual(["true", "null", "true", "NOT_FOUND"]);
		});

		test("a label column of another type is converted exactly, or refused with its row", async () => {
			const { placeScenario, pointInTime, spoolLabels, collect } = await import("./harness.ts");
			const keys: Column[] = [{ name: "k", type: scalar("INT64") }];
			const { view } = await placeScenario(under, { keys, features: [feature], rows: [row([12n], at(1), [1])] });
			const request = { reads: [{ view, keyColumns: ["k"], features: ["v"] }] };
			const strings = await spoolLabels(under, [key], [label("12", at(2)), label("13", at(2))]);
			expect((await collect(pointInTime(under, strings, request))).map((r) => r.at(-1))).toEqual([
				"PRESENT",
				"NOT_FOUND",
			]);
			await strings.close();
			const floats = await spoolLabels(
				under,
				[{ name: "k", type: scalar("FLOAT64") }],
				[label(12, at(2)), label(12.5, at(2))],
			);
			await expect(collect(pointInTime(under, floats, request))).rejects.toMatchObject({
				code: "LABELS_INVALID",
				details: { index: 1 },
			});
			await floats.close();
		});
	});

	test("several look-ups of one view come side by side, by whatever columns of the labels", async () => {
		const { batchOf, placeScenario, pointInTime, collect } = await import("./harness.ts");
		const features: Column[] = [feature, { name: "n", type: scalar("INT64") }];
		const rows = [row(["a"], at(1), [1, 10n]), row(["b"], at(2), [2, 20n]), row(["b"], at(6), [3, null])];
		for (const ttl of [null, 4_000_000n]) {
			const { view } = await placeScenario(under, { keys: [key], features, rows, ...(ttl === null ? {} : { ttl }) });
			const columns: Column[] = [
				{ name: "from", type: scalar("STRING") },
				{ name: "to", type: scalar("STRING") },
				{ name: "label_ts", type: scalar("TIMESTAMP") },
			];
			const labels = await under.spool.write(columns, "label_ts", [
				batchOf(columns, [
					["a", "b", at(2)],
					["b", "a", at(7)],
					["b", null, at(1)],
					["b", "b", null],
				]),
			]);
			const reads = [
				{ view, keyColumns: ["from"], features: ["n"] },
				{ view, keyColumns: ["to"], features: ["n", "v"] },
				{ view, keyColumns: ["from"], features: [] },
			];
			const old = ttl === null ? [10n, 1, at(1), "PRESENT"] : [null, null, at(1), "OUTSIDE_MAX_AGE"];
			expect(await collect(pointInTime(under, labels, { reads }))).toEqual([
				[10n, at(1), "PRESENT", 20n, 2, at(2), "PRESENT", at(1), "PRESENT"],
				[null, at(6), "PRESENT", ...old, at(6), "PRESENT"],
				[null, null, "NOT_FOUND", null, null, null, "NOT_FOUND", null, "NOT_FOUND"],
				[null, null, "NOT_FOUND", null, null, null, "NOT_FOUND", null, "NOT_FOUND"],
			]);
			await labels.close();
		}
	});

	test("generated rows and labels are answered as the naive oracle answers", async () => {
		await fc.assert(
			fc.asyncProperty(scenarios, async ({ scenario, labels, known }) => {
				const { actual, expected } = await compareWithOracle(under, scenario, labels, known);
				expect(actual).toEqual(expected);
			}),
			{ numRuns: 40 },
		);
	}, 120_000);
}

/** Tiny domains, so that ties, duplicates and boundaries abound. */
const seconds = fc.integer({ min: 0, max: 6 }).map((s) => at(s));
const maybe = <T>(values: fc.Arbitrary<T>): fc.Arbitrary<T | null> => fc.option(values, { freq: 5 });
const keyPart = maybe(fc.constantFrom("1", "12", "23", "3", ""));
const floats = maybe(fc.constantFrom(0, -0, 1, Number.NaN, Number.NEGATIVE_INFINITY));
const words = maybe(fc.constantFrom("", "a", "Z", "ä", "\u{1f600}", "\uffee"));

const generatedRow = fc.record({
	keys: fc.tuple(keyPart, keyPart),
	event: fc.option(seconds, { freq: 15 }),
	created: maybe(seconds),
	available: maybe(seconds),
	tieBreak: fc.tuple(maybe(fc.integer({ min: 0, max: 1 }))),
	features: fc.tuple(floats, words),
	logged: fc.boolean(),
	ingested: seconds,
	deleted: fc.boolean(),
});

export const scenarios = fc
	.record({
		generated: fc.array(generatedRow, { maxLength: 40, minLength: 10 }),
		labels: fc.array(fc.record({ keys: fc.tuple(keyPart, keyPart), ts: maybe(seconds) }), {
			maxLength: 60,
			minLength: 20,
		}),
		ttl: fc.option(fc.constantFrom(0n, 1_000_000n, 2_000_000n)),
		created: fc.boolean(),
		available: fc.constantFrom<NonNullable<Scenario["available"]> | null>(null, "column", { delaySeconds: 1 }),
		known: fc.oneof(
			fc.constant<Known>({ kind: "event" }),
			fc.constant<Known>({ kind: "atLabelTime" }),
			seconds.map<Known>((instant) => ({ kind: "at", at: instant })),
		),
	})
	.map(({ generated, labels, ttl, created, available, known }) => {
		const rows = generated.map((g, index): OracleRow => {
			// The log has no tie-break columns of its own, and no rows without keys or event time.
			const logged = g.logged && g.event !== null && !g.keys.includes(null);
			return {
				keys: g.keys,
				event: g.event,
				created: created ? g.created : null,
				available: available === "column" ? g.available : null,
				tieBreak: logged ? [null] : g.tieBreak,
				seq: logged ? BigInt(index) : null,
				ingested: logged ? g.ingested : null,
				deleted: logged && g.deleted,
				features: logged && g.deleted ? [null, null] : g.features,
			};
		});
		const scenario: Scenario = {
			keys: [key, { name: "k2", type: scalar("STRING") }],
			features: [feature, { name: "w", type: scalar("STRING") }],
			tieBreak: [rank],
			created,
			rows,
			...(available === null ? {} : { available }),
			...(ttl === null ? {} : { ttl }),
		};
		return { scenario, labels, known: created ? known : ({ kind: "event" } as const) };
	});
