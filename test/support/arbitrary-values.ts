/** Generators of types and values, edge values among them. */
import fc from "fast-check";
import { canonicalJson } from "../../core/values/canonical-json.ts";
import { type ScalarType, scalarTypes, type ValueType } from "../../core/values/type.ts";
import type { ScalarValue, Value } from "../../core/values/value.ts";

export const anyType: fc.Arbitrary<ValueType> = fc
	.record({ scalar: fc.constantFrom(...scalarTypes), isArray: fc.boolean() })
	.map((type) => (type.scalar === "JSON" ? { ...type, isArray: false } : type));

/** Values of a type; null now and then. */
export function valueOf(type: ValueType): fc.Arbitrary<Value> {
	const element = scalarsOf[type.scalar];
	if (!type.isArray) return fc.option(element, { freq: 8 });
	return fc.option(fc.array(fc.option(element, { freq: 5 }), { maxLength: 6 }), { freq: 8 });
}

const text = fc.oneof(
	fc.string({ maxLength: 12 }),
	fc.string({ unit: "binary", maxLength: 8 }).map((value) => value.replaceAll("\0", "")),
	fc.constantFrom("", "a", "a\u0001", "a\u0001b", "\uffff", "\u{1f600}", "\u{10ffff}", "é", "ab", "b"),
	fc.integer({ min: 0, max: 300 }).map((length) => "x".repeat(length)),
);

const int64 = fc.oneof(
	fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
	fc.constantFrom(0n, 1n, -1n, 2n ** 53n + 1n, 2n ** 63n - 1n, -(2n ** 63n)),
);

const scalarsOf: Record<ScalarType, fc.Arbitrary<ScalarValue>> = {
	BOOL: fc.boolean(),
	INT32: fc.oneof(fc.integer(), fc.constantFrom(0, -1, 2 ** 31 - 1, -(2 ** 31))),
	INT64: int64,
	FLOAT32: fc.oneof(
		fc.float(),
		fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, Math.fround(0.1)),
	),
	FLOAT64: fc.oneof(
		fc.double(),
		fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 5e-324, -5e-324, 2 ** 53),
	),
	STRING: text,
	BYTES: fc.uint8Array({ maxLength: 20 }),
	TIMESTAMP: fc.oneof(
		fc.bigInt({ min: -62_135_596_800_000_000n, max: 253_402_300_799_999_999n }),
		fc.constantFrom(0n, -1n, 1_700_000_000_000_000n),
	),
	DATE: fc.integer({ min: -719_162, max: 2_932_896 }),
	JSON: fc
		.jsonValue({ maxDepth: 2 })
		.filter((json) => json !== null)
		.map((json) => canonicalJson(json) as string),
};
