import fc from "fast-check";
import { expect, it } from "vitest";
import { isWithinBytes } from "../../../core/values/value-size.ts";

/** All of it, and then the sum. */
function sizeOf(value: unknown): number {
	if (typeof value === "string" || value instanceof Uint8Array) return value.length;
	if (typeof value !== "object" || value === null) return 8;
	return Object.entries(value).reduce(
		(sum, [name, inner]) => sum + (Array.isArray(value) ? 0 : name.length) + sizeOf(inner),
		8,
	);
}

it("is known of every value, at its very edge", () => {
	const value = fc.oneof(fc.jsonValue(), fc.array(fc.uint8Array()), fc.bigInt(), fc.string({ unit: "binary" }));
	fc.assert(
		fc.property(value, (given) => {
			const size = sizeOf(given);
			expect(isWithinBytes(given, size)).toBe(true);
			expect(isWithinBytes(given, size - 1)).toBe(false);
		}),
		{ numRuns: 2_000 },
	);
});

it("does not look at all of what is far too large", () => {
	const text = "a".repeat(1000);
	let looked = 0;
	const many = new Proxy(new Array<string>(1_000_000).fill(text), {
		get(list, name) {
			looked += 1;
			return Reflect.get(list, name) as unknown;
		},
	});
	expect(isWithinBytes(many, 10_000)).toBe(false);
	expect(looked).toBeLessThan(100);
});
