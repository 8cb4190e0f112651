import fc from "fast-check";
import { expect, it } from "vitest";
import { countDifferences } from "../../../core/training/count-differences.ts";
import { sameValue } from "../../../core/values/same-value.ts";
import type { ColumnBatch, Value } from "../../../core/values/value.ts";

const value = fc.constantFrom<Value>(null, 0, -0, Number.NaN, 1n, "a", "", new Uint8Array([1]), [1, null], [1]);
const rows = fc.array(fc.tuple(value, value), { maxLength: 40 });
const cut = fc.integer({ min: 1, max: 7 });

async function* batches(table: readonly (readonly [Value, Value])[], size: number): AsyncGenerator<ColumnBatch> {
	yield { rowCount: 0, columns: [[], []] };
	for (let at = 0; at < table.length; at += size) {
		const part = table.slice(at, at + size);
		yield { rowCount: part.length, columns: [0, 1].map((column) => part.map((row) => row[column] ?? null)) };
	}
}

it("counts, by column, the rows that differ or that one side lacks, however they are cut into batches", async () => {
	await fc.assert(
		fc.asyncProperty(rows, rows, cut, cut, async (left, right, leftCut, rightCut) => {
			const expected = [0n, 0n];
			for (let row = 0; row < Math.max(left.length, right.length); row++) {
				for (const column of [0, 1] as const) {
					const [a, b] = [left[row], right[row]];
					const same = a !== undefined && b !== undefined && sameValue(a[column], b[column]);
					if (!same) expected[column] = (expected[column] ?? 0n) + 1n;
				}
			}
			expect(await countDifferences(batches(left, leftCut), batches(right, rightCut), 2)).toEqual(expected);
		}),
	);
});

it("ends both streams when one fails", async () => {
	const ended: string[] = [];
	async function* endless(name: string): AsyncGenerator<ColumnBatch> {
		try {
			for (;;) yield { rowCount: 1, columns: [[1]] };
		} finally {
			ended.push(name);
		}
	}
	async function* failing(): AsyncGenerator<ColumnBatch> {
		yield { rowCount: 1, columns: [[1]] };
		throw new Error("unreadable");
	}
	await expect(countDifferences(endless("first"), failing(), 1)).rejects.toThrow("unreadable");
	expect(ended).toEqual(["first"]);
});

it("takes NaN for NaN, and 0 for something else than -0", () => {
	expect(sameValue(Number.NaN, Number.NaN)).toBe(true);
	expect(sameValue(0, -0)).toBe(false);
	expect(sameValue([1n, null], [1n, null])).toBe(true);
	expect(sameValue([], null)).toBe(false);
	expect(sameValue(new Uint8Array([1]), new Uint8Array([2]))).toBe(false);
});
