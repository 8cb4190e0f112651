/** Profiles and associations of columns against an oracle that goes value by value. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { arrayOf, type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { duckdbFrameProfiler } from "../../../stores/offline/duckdb/frame-profiler.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { batchOf } from "../../conformance/offline/harness.ts";
import { correlationRatioOracle, cramersVOracle, pearsonOracle } from "../../oracle/association.ts";

const signal = new AbortController().signal;
let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "featuregraph-profile-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function profiled(
	columns: readonly Column[],
	rows: readonly (readonly Value[])[],
	{ features, labels }: { readonly features: readonly string[]; readonly labels: readonly string[] },
) {
	const path = join(folder, "rows.parquet");
	const batches = async function* () {
		yield batchOf(columns, rows);
	};
	await duckdbFrameFiles(testSettings(folder)).write(path, "PARQUET", columns, batches());
	const request = { columns, rowCount: BigInt(rows.length), features, labels, signal };
	return duckdbFrameProfiler(testSettings(folder)).profile([path], request);
}

const columns: readonly Column[] = [
	{ name: "amount", type: scalar("FLOAT64") },
	{ name: "count", type: scalar("INT64") },
	{ name: "is_new", type: scalar("BOOL") },
	{ name: "city", type: scalar("STRING") },
	{ name: "late", type: scalar("BOOL") },
	{ name: "delay", type: scalar("FLOAT32") },
	{ name: "outcome", type: scalar("STRING") },
];
const features = ["amount", "count", "is_new", "city"];
const labels = ["late", "delay", "outcome"];

const small = fc.integer({ min: -4, max: 4 });
const orNull = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: null, freq: 6 });
const rowOf = fc.tuple(
	orNull(fc.oneof({ weight: 9, arbitrary: small }, fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, 1e300, 0.25))),
	orNull(fc.bigInt({ min: -5n, max: 5n })),
	orNull(fc.boolean()),
	orNull(fc.constantFrom("oslo", "rome", "bern", "")),
	orNull(fc.boolean()),
	orNull(small),
	orNull(fc.constantFrom("won", "lost", "open")),
);

const asNumber = (value: Value): number | null => {
	const number = value === null ? Number.NaN : Number(value);
	return Math.abs(number) < 1e150 ? number : null;
};

function oracle(rows: readonly (readonly Value[])[], feature: string, label: string, ofPresence: boolean) {
	const [f, l] = [feature, label].map((name) => columns.findIndex((column) => column.name === name)) as [
		number,
		number,
	];
	const isText = (at: number): boolean => columns[at]?.type.scalar === "STRING";
	const valueOf = (row: readonly Value[], at: number): string | number | null =>
		isText(at) ? (row[at] as string | null) : asNumber(row[at] ?? null);
	const pairs = rows.flatMap((row) => {
		const left = ofPresence ? (row[f] === null ? 0 : 1) : valueOf(row, f);
		const right = valueOf(row, l);
		return left === null || right === null ? [] : [[left, right] as const];
	});
	if (pairs.length < 30) return null;
	const [leftIsText, rightIsText] = [isText(f) && !ofPresence, isText(l)];
	if (!leftIsText && !rightIsText) return pearsonOracle(pairs as [number, number][]);
	if (rightIsText && (leftIsText || ofPresence)) {
		return cramersVOracle(pairs.map(([a, b]) => [String(a), String(b)] as const));
	}
	const grouped = pairs.map(([a, b]) => (leftIsText ? [a, b] : [b, a]) as [string, number]);
	return correlationRatioOracle(grouped);
}

describe("associations", () => {
	it("are those of the oracle, by value and by there being one", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(rowOf, { minLength: 20, maxLength: 90 }), async (rows) => {
				const { associations } = await profiled(columns, rows, { features, labels });
				for (const feature of features) {
					for (const label of labels) {
						for (const ofPresence of [false, true]) {
							const found = associations.find(
								(each) => each.feature === feature && each.label === label && each.ofPresence === ofPresence,
							);
							const strength = oracle(rows, feature, label, ofPresence);
							if (strength === null) expect(found).toBeUndefined();
							// ε takes the root of what is left of 1: near 0 a rounding is as large as it.
							else expect((found?.strength ?? Number.NaN) ** 2).toBeCloseTo(strength ** 2, 9);
						}
					}
				}
			}),
			{ numRuns: 12 },
		);
	});

	it("find a feature that is the label, one that is there only with it, and none in noise", async () => {
		const rows = Array.from({ length: 3000 }, (_, row): Value[] => {
			const late = (row * 7919) % 3 === 0;
			const noise = (row * 104_729) % 1009;
			return [late ? 2 : 1, BigInt(noise), late ? null : true, late ? "won" : "lost", late, row, late ? "a" : "b"];
		});
		const { associations } = await profiled(columns, rows, { features, labels: ["late", "outcome"] });
		const strong = associations.filter(({ strength }) => strength > 0.9);
		const told = strong.map(
			({ feature, label, measure, ofPresence }) => `${feature}${ofPresence ? "?" : ""} ${label} ${measure}`,
		);
		expect(told.sort()).toEqual([
			"amount late PEARSON",
			"amount outcome CORRELATION_RATIO",
			"city late CORRELATION_RATIO",
			"city outcome CRAMERS_V",
			"is_new? late PEARSON",
			"is_new? outcome CRAMERS_V",
		]);
		expect(associations.find(({ feature }) => feature === "count")?.strength).toBeLessThan(0.1);
	});
});

describe("a profile", () => {
	const all: readonly Column[] = [
		{ name: "f", type: scalar("FLOAT64") },
		{ name: "i", type: scalar("INT64") },
		{ name: "t", type: scalar("TIMESTAMP") },
		{ name: "d", type: scalar("DATE") },
		{ name: "b", type: scalar("BOOL") },
		{ name: "s", type: scalar("STRING") },
		{ name: "x", type: scalar("BYTES") },
		{ name: "j", type: scalar("JSON") },
		{ name: "l", type: arrayOf("INT32") },
	];
	const none = { features: ["j", "l", "x"], labels: ["f"] };

	it("tells least, greatest and mean of what is finite, different values, and those that repeat", async () => {
		const day = 19_723;
		const rows: Value[][] = [
			[1.5, 9_007_199_254_740_993n, 0n, day, true, "a".repeat(300), new Uint8Array([1]), "{}", [1]],
			[Number.NaN, -1n, 1n, day, false, "b", new Uint8Array([1]), "[]", []],
			[Number.NEGATIVE_INFINITY, null, null, null, true, "b", null, null, null],
			[-2.5, -1n, -1n, day + 1, null, null, null, "1", [2]],
		];
		const { profile, associations } = await profiled(all, rows, none);
		expect(associations).toEqual([]);
		expect(profile.sampledRows).toBe(4);
		const nothing = { min: null, max: null, mean: null, topValues: [] };
		expect(profile.columns).toEqual([
			{ ...nothing, name: "f", min: -2.5, max: 1.5, mean: -0.5, distinctCount: 4 },
			{
				...nothing,
				name: "i",
				min: "-1",
				max: "9007199254740993",
				mean: expect.closeTo(3_002_399_751_580_330, -1) as number,
				distinctCount: 2,
				topValues: [{ value: "-1", count: 2 }],
			},
			{
				...nothing,
				name: "t",
				min: "1969-12-31T23:59:59.999999Z",
				max: "1970-01-01T00:00:00.000001Z",
				distinctCount: 3,
			},
			{
				...nothing,
				name: "d",
				min: "2024-01-01",
				max: "2024-01-02",
				distinctCount: 2,
				topValues: [{ value: "2024-01-01", count: 2 }],
			},
			{ ...nothing, name: "b", mean: 2 / 3, distinctCount: 2, topValues: [{ value: true, count: 2 }] },
			{ ...nothing, name: "s", distinctCount: 2, topValues: [{ value: "b", count: 2 }] },
			{ ...nothing, name: "x", distinctCount: 1 },
			{ ...nothing, name: "j", distinctCount: null },
			{ ...nothing, name: "l", distinctCount: null },
		]);
	});

	it("of no rows tells nothing, and of many counts an even sample, the same each time", async () => {
		const empty = await profiled(all, [], none);
		expect(empty.profile.sampledRows).toBe(0);
		expect(empty.profile.columns[0]).toMatchObject({ min: null, mean: null, distinctCount: 0 });
		const rows = Array.from({ length: 120_000 }, (_, row): Value[] => [row, BigInt(row % 10)]);
		const many = () => profiled(all.slice(0, 2), rows, { features: [], labels: [] });
		const { profile } = await many();
		expect(profile.columns[0]).toMatchObject({ min: 0, max: 119_999, mean: 59_999.5 });
		expect(profile.sampledRows).toBeGreaterThan(99_000);
		expect(profile.sampledRows).toBeLessThan(101_000);
		expect(profile.columns[1]?.distinctCount).toBe(10);
		for (const { count } of profile.columns[1]?.topValues ?? []) expect(Math.abs(count - 10_000)).toBeLessThan(500);
		expect((await many()).profile).toEqual(profile);
	});
});
