import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareUtf8, compareValues } from "../../../core/values/compare.ts";
import { arrayOf, scalar } from "../../../core/values/type.ts";
import { anyType, valueOf } from "../../support/arbitrary-values.ts";

describe("the order of values", () => {
	it("is that of UTF-8 bytes for strings", () => {
		fc.assert(
			fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (a, b) => {
				expect(Math.sign(compareUtf8(a, b))).toBe(Buffer.compare(Buffer.from(a), Buffer.from(b)));
			}),
		);
		expect(compareUtf8("\uffff", "\u{10000}")).toBeLessThan(0);
	});

	it("puts nulls lowest, NaN highest, and -0 beside 0", () => {
		const ascending = [null, Number.NEGATIVE_INFINITY, -1, 0, 1, Number.POSITIVE_INFINITY, Number.NaN];
		const shuffled = [3, 0, 6, 1, 5, 2, 4].map((i) => ascending[i] as number | null);
		expect(shuffled.sort((a, b) => compareValues(a, b, scalar("FLOAT64")))).toEqual(ascending);
		expect(compareValues(-0, 0, scalar("FLOAT64"))).toBe(0);
		expect(compareValues(Number.NaN, Number.NaN, scalar("FLOAT64"))).toBe(0);
	});

	it("compares arrays by element, then by length, nulls within lowest", () => {
		const type = arrayOf("INT64");
		const ascending = [null, [], [null], [null, 5n], [1n], [1n, null], [1n, 0n], [2n]];
		expect([...ascending].reverse().sort((a, b) => compareValues(a, b, type))).toEqual(ascending);
	});

	it("is total: reflexive, antisymmetric, transitive", () => {
		fc.assert(
			fc.property(
				anyType.chain((type) => fc.tuple(fc.constant(type), valueOf(type), valueOf(type), valueOf(type))),
				([type, a, b, c]) => {
					expect(compareValues(a, a, type)).toBe(0);
					expect(Math.sign(compareValues(a, b, type))).toBe(-Math.sign(compareValues(b, a, type)) + 0);
					const [x, y, z] = [a, b, c].sort((p, q) => compareValues(p, q, type)) as [typeof a, typeof a, typeof a];
					expect(compareValues(x, y, type)).toBeLessThanOrEqual(0);
					expect(compareValues(y, z, type)).toBeLessThanOrEqual(0);
					expect(compareValues(x, z, type)).toBeLessThanOrEqual(0);
				},
			),
			{ numRuns: 2000 },
		);
	});
});
