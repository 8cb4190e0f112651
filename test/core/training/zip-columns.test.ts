import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { zipColumns } from "../../../core/training/zip-columns.ts";
import type { ColumnBatch } from "../../../core/values/value.ts";

async function* cut(rowCount: number, sizes: readonly number[], ended?: () => void): AsyncGenerator<ColumnBatch> {
	try {
		let start = 0;
		for (let i = 0; start < rowCount; i++) {
			const size = Math.min(sizes[i % sizes.length] ?? 1, rowCount - start);
			yield { rowCount: size, columns: [Array.from({ length: size }, (_, row) => start + row)] };
			start += size;
		}
	} finally {
		ended?.();
	}
}

const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 5 });

describe("zipping streams of the same rows", () => {
	it("keeps rows together however each stream cuts them", async () => {
		await fc.assert(
			fc.asyncProperty(fc.nat(50), sizes, sizes, sizes, async (rowCount, a, b, c) => {
				let seen = 0;
				for await (const batch of zipColumns([cut(rowCount, a), cut(rowCount, b), cut(rowCount, c)])) {
					expect(batch.columns).toHaveLength(3);
					for (let row = 0; row < batch.rowCount; row++) {
						for (const column of batch.columns) expect(column[row]).toBe(seen + row);
					}
					seen += batch.rowCount;
				}
				expect(seen).toBe(rowCount);
			}),
		);
	});

	it("refuses streams of different length", async () => {
		const read = async () => {
			for await (const batch of zipColumns([cut(5, [2]), cut(6, [3])])) expect(batch.rowCount).toBeGreaterThan(0);
		};
		await expect(read()).rejects.toThrow("different numbers of rows");
	});

	it("ends every stream when its reader stops", async () => {
		let ended = 0;
		for await (const batch of zipColumns([cut(5, [2], () => ended++), cut(5, [3], () => ended++)])) {
			expect(batch.rowCount).toBe(2);
			break;
		}
		expect(ended).toBe(2);
	});
});
