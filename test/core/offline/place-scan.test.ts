import fc from "fast-check";
import { expect, it } from "vitest";
import { placeScan } from "../../../core/offline/place-scan.ts";

const engineOf = (asks: number | null, rows: number | null, isIndexed = true) =>
	placeScan({ asks, rows, isIndexed }, "auto").engine;

it("the smaller side moves: few labels to an index, few rows to many labels", () => {
	expect(engineOf(100_000, 5_000_000)).toBe("postgres");
	expect(engineOf(1_000_000, 5_000_000)).toBe("postgres");
	expect(engineOf(10_000_000, 5_000_000)).toBe("duckdb");
	expect(engineOf(1_000_000, 50_000)).toBe("duckdb");
});

it("rows that no index finds are not stored where there is one: that costs more than copying them", () => {
	fc.assert(
		fc.property(fc.nat(10_000_000), fc.integer({ min: 1, max: 10_000_000 }), (asks, rows) => {
			expect(engineOf(asks, rows, false)).toBe("duckdb");
		}),
	);
});

it("what has not been counted is looked up where there is an index", () => {
	expect(engineOf(null, 10)).toBe("postgres");
	expect(engineOf(10, null)).toBe("postgres");
	expect(engineOf(null, 10, false)).toBe("duckdb");
});

it("once chosen, more labels never bring the look-ups back, nor more rows the copy; the estimate is that of the choice", () => {
	const count = fc.nat(100_000_000);
	fc.assert(
		fc.property(count, count, count, (asks, rows, more) => {
			if (engineOf(asks, rows) === "duckdb") expect(engineOf(asks + more, rows)).toBe("duckdb");
			else expect(engineOf(asks, rows + more)).toBe("postgres");
			const costs = (["postgres", "duckdb"] as const).map(
				(choice) => placeScan({ asks, rows, isIndexed: true }, choice).estimatedCost ?? 0,
			);
			expect(placeScan({ asks, rows, isIndexed: true }, "auto").estimatedCost).toBe(Math.min(...costs));
		}),
	);
});

it("configuration goes before cost, and is told as the reason", () => {
	for (const choice of ["postgres", "duckdb"] as const) {
		for (const [asks, rows] of [
			[1, 1_000_000],
			[1_000_000, 1],
			[null, null],
		] as const) {
			const placed = placeScan({ asks, rows, isIndexed: false }, choice);
			expect(placed.engine).toBe(choice);
			expect(placed.reason).toMatch(/^By configuration\. /);
		}
	}
});
