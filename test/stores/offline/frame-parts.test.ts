/** Splits against an oracle that goes row by row: whole, disjoint, in order, and by entities whatever else a row holds. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
	type EntitySplits,
	resolveSplits,
	type SplitDefinition,
	type TimeSplits,
} from "../../../core/training/splits.ts";
import { type Column, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { duckdbFrameParts } from "../../../stores/offline/duckdb/frame-parts.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { batchOf, collect } from "../../conformance/offline/harness.ts";
import { entityPartOracle, timePartOracle } from "../../oracle/splits.ts";

const signal = new AbortController().signal;
const columns: readonly Column[] = [
	{ name: "user", type: scalar("STRING") },
	{ name: "shop", type: scalar("INT64") },
	{ name: "at", type: scalar("TIMESTAMP") },
	{ name: "row", type: scalar("INT32") },
];
const start = 1_704_067_200_000_000n;

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "featuregraph-parts-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The rows of every part, by name; written once, cut once for each part. */
async function cut(rows: readonly (readonly Value[])[], definition: SplitDefinition, names: readonly string[]) {
	const files = duckdbFrameFiles(testSettings(folder));
	const parts = duckdbFrameParts(testSettings(folder));
	const path = join(folder, "rows.parquet");
	const batches = async function* () {
		yield batchOf(columns, rows);
	};
	await files.write(path, "PARQUET", columns, batches());
	const found = new Map<string, readonly Value[][]>();
	for (const [index, name] of names.entries()) {
		const target = join(folder, `${name}.parquet`);
		const source = { columns, timestampColumn: "at" };
		const rowCount = await parts.write([path], source, definition, index, target, signal);
		found.set(name, await collect((await files.read(target, "PARQUET", signal)).batches));
		expect(found.get(name)).toHaveLength(Number(rowCount));
	}
	return found;
}

const rowsOf = fc
	.array(
		fc.tuple(
			fc.option(
				fc.oneof(fc.constantFrom("a", "b", "n", "1:n", "", "\ufeffa"), fc.string({ unit: "binary", maxLength: 8 })),
				{
					nil: null,
				},
			),
			fc.option(fc.oneof(fc.bigInt({ min: -3n, max: 3n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), {
				nil: null,
			}),
			fc.option(
				fc.bigInt({ min: -6n, max: 6n }).map((seconds) => start + seconds * 1_000_000n),
				{ nil: null },
			),
		),
		{ maxLength: 60 },
	)
	.map((rows) => rows.map((row, index): Value[] => [...row, index]));

const expected = (
	rows: readonly Value[][],
	names: readonly string[],
	partOf: (row: readonly Value[]) => string | null,
) => new Map(names.map((name) => [name, rows.filter((row) => partOf(row) === name)]));

describe("splits", () => {
	it("by entity are those of the oracle: an entity is in one part, whatever else its rows hold", async () => {
		const share = fc.constantFrom(0.1, 0.2, 0.25, 1 / 3);
		await fc.assert(
			fc.asyncProperty(
				rowsOf,
				fc.array(share, { minLength: 1, maxLength: 3 }),
				fc.constantFrom(["user"], ["shop"], ["shop", "user"]),
				fc.string({ maxLength: 5 }),
				async (rows, shares, names, salt) => {
					const parts = shares.map((each, index) => ({ name: `part_${index}`, share: each }));
					const definition = resolveSplits({ kind: "entity", parts, columns: names, salt }, []) as EntitySplits;
					const places = names.map((name) => columns.findIndex((column) => column.name === name));
					const keyOf = (row: readonly Value[]) => places.map((at) => (row[at] == null ? null : String(row[at])));
					const partOf = (row: readonly Value[]) => entityPartOracle(definition, keyOf(row));
					const all = parts.map(({ name }) => name);
					expect(await cut(rows, definition, all)).toEqual(expected(rows, all, partOf));
				},
			),
			{ numRuns: 15 },
		);
	});

	it("by time are those of the oracle: rows of one instant never part, and the gap before a cut is in none", async () => {
		const seconds = fc.uniqueArray(fc.integer({ min: -6, max: 6 }), { minLength: 0, maxLength: 3 });
		await fc.assert(
			fc.asyncProperty(rowsOf, seconds, fc.constantFrom(0, 1, 2.5), async (rows, at, gapSeconds) => {
				const cuts = at.sort((a, b) => a - b).map((second) => start + BigInt(second) * 1_000_000n);
				const parts = ["train", "validation", "test", "holdout"].slice(0, cuts.length + 1);
				const definition = resolveSplits({ kind: "time", parts, cuts, gapSeconds }, []) as TimeSplits;
				const partOf = (row: readonly Value[]) => timePartOracle(definition, row[2] as bigint | null);
				expect(await cut(rows, definition, parts)).toEqual(expected(rows, parts, partOf));
			}),
			{ numRuns: 15 },
		);
	});

	it("by entity have about the shares that were asked for, and another salt makes others", async () => {
		const rows = Array.from({ length: 20_000 }, (_, row): Value[] => [`u${row}`, null, null, row]);
		const parts = [
			{ name: "train", share: 0.8 },
			{ name: "test", share: 0.2 },
		];
		const splits = (salt: string) =>
			cut(rows, resolveSplits({ kind: "entity", parts, columns: null, salt }, [{ name: "user" }]), ["train", "test"]);
		const one = await splits("");
		expect((one.get("train")?.length ?? 0) + (one.get("test")?.length ?? 0)).toBe(20_000);
		expect(Math.abs((one.get("test")?.length ?? 0) - 4_000)).toBeLessThan(300);
		expect((await splits("other")).get("test")).not.toEqual(one.get("test"));
	});

	const entity = { kind: "entity", columns: null, salt: "" } as const;
	const time = { kind: "time", gapSeconds: 0 } as const;
	const tooMuch = [
		{ name: "a", share: 0.6 },
		{ name: "b", share: 0.6 },
	];
	it.each([
		["0 parts", { ...entity, parts: [] }],
		["no name", { ...entity, parts: [{ name: "../x", share: 1 }] }],
		["the share", { ...entity, parts: [{ name: "a", share: 0 }] }],
		["the share", { ...entity, parts: [{ name: "a", share: Number.NaN }] }],
		["more than 1", { ...entity, parts: tooMuch }],
		["join key", { ...entity, parts: [{ name: "a", share: 1 }] }],
		['named "a"', { ...time, parts: ["a", "a"], cuts: [1n] }],
		["1 cuts", { ...time, parts: ["a", "b"], cuts: [] }],
		["behind", { ...time, parts: ["a", "b", "c"], cuts: [2n, 2n] }],
		["gapSeconds", { ...time, parts: ["a", "b"], cuts: [2n], gapSeconds: -1 }],
	] as const)("are refused: %s", (reason, input) => {
		expect(() => resolveSplits(input, [])).toThrow(reason);
	});
});
