import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { valueConverter } from "../../../core/values/convert-value.ts";
import { arrayOf, type ScalarType, scalar } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";

const convert = (value: Value, from: ScalarType, to: ScalarType): Value | undefined =>
	valueConverter(scalar(from), scalar(to))?.(value);

describe("converting a label value", () => {
	it.each<[Value, ScalarType, ScalarType, Value | undefined]>([
		[7, "INT32", "INT64", 7n],
		[2n ** 31n, "INT64", "INT32", undefined],
		[-5n, "INT64", "INT32", -5],
		[3, "FLOAT64", "INT64", 3n],
		[3.5, "FLOAT64", "INT64", undefined],
		[Number.NaN, "FLOAT64", "INT32", undefined],
		[1e300, "FLOAT64", "INT64", undefined],
		[2n ** 53n + 1n, "INT64", "FLOAT64", undefined],
		[2n ** 53n, "INT64", "FLOAT64", 2 ** 53],
		[0.1, "FLOAT64", "FLOAT32", undefined],
		[0.5, "FLOAT64", "FLOAT32", 0.5],
		["42", "STRING", "INT64", 42n],
		["042", "STRING", "INT64", undefined],
		["9223372036854775808", "STRING", "INT64", undefined],
		["2024-01-01T00:00:00Z", "STRING", "TIMESTAMP", 1_704_067_200_000_000n],
		["soon", "STRING", "TIMESTAMP", undefined],
		[19_723, "DATE", "TIMESTAMP", 1_704_067_200_000_000n],
		[1_704_067_200_000_001n, "TIMESTAMP", "DATE", undefined],
		['{"b":1, "a":2}', "STRING", "JSON", '{"a":2,"b":1}'],
		[null, "STRING", "INT64", null],
	])("%s from %s to %s: %s", (value, from, to, expected) => {
		expect(convert(value, from, to)).toEqual(expected);
	});

	it("never turns numbers into texts, nor arrays into anything else", () => {
		expect(valueConverter(scalar("INT64"), scalar("STRING"))).toBeNull();
		expect(valueConverter(arrayOf("INT32"), arrayOf("INT64"))).toBeNull();
		expect(valueConverter(scalar("BOOL"), scalar("INT64"))).toBeNull();
	});

	it("comes back to the same integer wherever it converts at all", () => {
		fc.assert(
			fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
				for (const type of ["INT32", "FLOAT32", "FLOAT64"] satisfies ScalarType[]) {
					const there = convert(value, "INT64", type);
					if (there !== undefined) expect(convert(there, type, "INT64")).toBe(value);
				}
			}),
		);
	});
});
