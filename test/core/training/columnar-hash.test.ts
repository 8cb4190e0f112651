/** The content hash of files: the same for the same values, however the rows were cut and whatever engine joined them. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { columnarHasher, isColumnarHash } from "../../../core/training/content-hash.ts";
import { arrayOf, type Column, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";
import { duckdbFrameFiles } from "../../../stores/offline/duckdb/frame-files.ts";
import { testSettings } from "../../conformance/offline/duckdb-under-test.ts";
import { batchOf } from "../../conformance/offline/harness.ts";

const columns: Column[] = [
	{ name: "b", type: scalar("BOOL") },
	{ name: "i", type: scalar("INT32") },
	{ name: "l", type: scalar("INT64") },
	{ name: "f", type: scalar("FLOAT32") },
	{ name: "d", type: scalar("FLOAT64") },
	{ name: "s", type: scalar("STRING") },
	{ name: "y", type: scalar("BYTES") },
	{ name: "t", type: scalar("TIMESTAMP") },
	{ name: "a", type: scalar("DATE") },
	{ name: "j", type: scalar("JSON") },
	{ name: "ls", type: arrayOf("STRING") },
	{ name: "lf", type: arrayOf("FLOAT64") },
	{ name: "ly", type: arrayOf("BYTES") },
	{ name: "lt", type: arrayOf("TIMESTAMP") },
	{ name: "ld", type: arrayOf("DATE") },
	{ name: "lb", type: arrayOf("BOOL") },
];
const filled: readonly Value[] = [
	true,
	-7,
	9_007_199_254_740_993n,
	Math.fround(0.1),
	Number.NaN,
	"ünï",
	new Uint8Array([0, 255]),
	-1n,
	-719_162,
	'{"a":1}',
	["", null, "a"],
	[Number.NaN, 0.5, null],
	[new Uint8Array([1])],
	[1n, null],
	[3],
	[true, false],
];
const changed: readonly Value[] = [
	false,
	8,
	1n,
	0,
	0,
	"uni",
	new Uint8Array([0]),
	0n,
	0,
	"{}",
	["", "a"],
	[Number.NaN, -0.5, null],
	[],
	[1n],
	[],
	[false, true],
];

describe("the content hash", () => {
	let directory: string;
	let count = 0;
	beforeAll(async () => {
		directory = await mkdtemp(join(tmpdir(), "featuregraph-hash-"));
	});
	afterAll(() => rm(directory, { recursive: true, force: true }));

	async function hashed(batches: readonly ColumnBatch[]) {
		const frames = duckdbFrameFiles(testSettings(directory));
		count += 1;
		const path = join(directory, `${count}.parquet`);
		await frames.write(path, "PARQUET", columns, each(batches));
		return frames.hash([path], columns, new AbortController().signal);
	}

	test("does not depend on how the rows were cut, and counts the nulls", async () => {
		const rows = Array.from({ length: 5000 }, (_, row) =>
			filled.map((value, column) => ((row + column) % 7 === 0 ? null : value)),
		);
		const whole = await hashed([batchOf(columns, rows)]);
		const cut = await hashed([
			batchOf(columns, rows.slice(0, 1)),
			batchOf(columns, rows.slice(1, 3001)),
			batchOf(columns, rows.slice(3001)),
		]);
		expect(cut).toEqual(whole);
		expect(isColumnarHash(whole.hash)).toBe(true);
		expect(whole.rowCount).toBe(5000n);
		expect(whole.nullCounts).toEqual(
			columns.map((_, column) => BigInt(rows.filter((row) => row[column] === null).length)),
		);
	});

	test("tells every change of a value in its column, a null from a zero, and one row from another", async () => {
		const before = await hashed([batchOf(columns, [filled, filled])]);
		for (const [index, value] of changed.entries()) {
			for (const other of [value, null]) {
				const row = filled.map((same, column) => (column === index ? other : same));
				const after = await hashed([batchOf(columns, [filled, row])]);
				expect(after.columns.map((hash, column) => hash !== before.columns[column])).toEqual(
					columns.map((_, column) => column === index),
				);
				expect(after.hash).not.toBe(before.hash);
			}
		}
		const zeros = columns.map(({ type }) => (type.isArray ? [] : type.scalar === "INT64" ? 0n : null));
		const nulls = columns.map(() => null);
		expect((await hashed([batchOf(columns, [zeros])])).hash).not.toBe((await hashed([batchOf(columns, [nulls])])).hash);
	});

	test("is the same as ever: the bytes of a column of numbers", () => {
		const hasher = columnarHasher([{ name: "l", type: scalar("INT64") }]);
		hasher.add(0, 3, new Uint8Array(new BigInt64Array([1n, 0n, -1n]).buffer), new Uint8Array([0, 1, 0]));
		hasher.endRows(3);
		expect(hasher.finish()).toMatchInlineSnapshot(`
			{
			  "columns": [
			    "dcdfd732063374560707b46a832cca17b2084992b9357db57a84724ca36d7658",
			  ],
			  "hash": "v2:adc6bac5b7f5c332189d4dd460a2e1de7aad9a55aaf671e9395b0207f1faf60e",
			  "nullCounts": [
			    1n,
			  ],
			  "rowCount": 3n,
			}
		`);
	});
});

async function* each(batches: readonly ColumnBatch[]) {
	yield* batches;
}
