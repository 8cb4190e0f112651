import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentHasher } from "../../../core/training/content-hash.ts";
import { arrayOf, type Column, scalar } from "../../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";

const columns: readonly Column[] = [
	{ name: "id", type: scalar("INT64") },
	{ name: "name", type: scalar("STRING") },
	{ name: "delay", type: scalar("FLOAT64") },
	{ name: "tags", type: arrayOf("STRING") },
	{ name: "raw", type: scalar("BYTES") },
];

const row = fc.tuple(
	fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
	fc.option(fc.string()),
	fc.option(fc.double()),
	fc.option(fc.array(fc.option(fc.string()), { maxLength: 3 })),
	fc.option(fc.uint8Array({ maxLength: 5 })),
);

const batchOf = (rows: readonly (readonly Value[])[]): ColumnBatch => ({
	rowCount: rows.length,
	columns: columns.map((_, index) => rows.map((values) => values[index] ?? null)),
});

function hashOf(rows: readonly (readonly Value[])[], batchSize: number, of = columns) {
	const hasher = contentHasher(of);
	for (let start = 0; start < rows.length; start += batchSize)
		hasher.add(batchOf(rows.slice(start, start + batchSize)));
	return hasher.finish();
}

describe("the content hash", () => {
	it("does not depend on how rows are cut into batches", () => {
		fc.assert(
			fc.property(fc.array(row, { maxLength: 40 }), fc.integer({ min: 1, max: 41 }), (rows, batchSize) => {
				expect(hashOf(rows, batchSize)).toEqual(hashOf(rows, 1000));
			}),
		);
	});

	it("changes with any one value, in its column alone", () => {
		fc.assert(
			fc.property(fc.array(row, { minLength: 1, maxLength: 10 }), fc.nat(), (rows, at) => {
				const changed = rows.map((values) => [...values] as Value[]);
				const target = changed[at % rows.length] as Value[];
				target[1] = target[1] === null ? "" : null;
				const before = hashOf(rows, 7);
				const after = hashOf(changed, 7);
				expect(after.hash).not.toBe(before.hash);
				expect(after.columns.filter((hash, index) => hash !== before.columns[index])).toHaveLength(1);
			}),
		);
	});

	it("changes with a column's name and type, and with the order of rows", () => {
		const rows = [
			[1n, "a", 0.5, null, null],
			[2n, "b", 1.5, null, null],
		];
		const base = hashOf(rows, 2).hash;
		expect(hashOf([...rows].reverse(), 2).hash).not.toBe(base);
		expect(
			hashOf(
				rows,
				2,
				columns.map((column) => ({ ...column, name: `${column.name}_` })),
			).hash,
		).not.toBe(base);
		const timestamps = columns.map((column) =>
			column.name === "id" ? { name: "id", type: scalar("TIMESTAMP") } : column,
		);
		expect(hashOf(rows, 2, timestamps).hash).not.toBe(base);
	});

	it("tells neighbouring strings apart, a string that fills its buffer, and counts nulls", () => {
		expect(
			hashOf(
				[
					[null, "a", null, null, null],
					[null, "bc", null, null, null],
				],
				2,
			).hash,
		).not.toBe(
			hashOf(
				[
					[null, "ab", null, null, null],
					[null, "c", null, null, null],
				],
				2,
			).hash,
		);
		const long = "ü".repeat(100_000);
		expect(hashOf([[1n, long, null, null, null]], 1).hash).not.toBe(
			hashOf([[1n, `${long}a`, null, null, null]], 1).hash,
		);
		expect(hashOf([[null, "a", null, null, null]], 1).nullCounts).toEqual([1n, 0n, 1n, 1n, 1n]);
	});
});
