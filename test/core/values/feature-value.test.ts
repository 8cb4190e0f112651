import fc from "fast-check";
import { parseValue } from "graphql";
import { describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { canonicalJsonText } from "../../../core/values/canonical-json.ts";
import { decodeFeatureValue, tryDecodeFeatureValue } from "../../../core/values/feature-value-in.ts";
import { encodeFeatureValue } from "../../../core/values/feature-value-out.ts";
import { inferCommonType, inferType } from "../../../core/values/infer-type.ts";
import { InvalidValue } from "../../../core/values/invalid-value.ts";
import { literalToJson } from "../../../core/values/literal.ts";
import { parseJson } from "../../../core/values/parse-json.ts";
import { formatValueType, parseValueType, type ValueType } from "../../../core/values/type.ts";
import type { Value } from "../../../core/values/value.ts";
import { anyType, valueOf } from "../../support/arbitrary-values.ts";

const type = (text: string): ValueType => parseValueType(text) as ValueType;

describe("FeatureValue JSON in", () => {
	const accepted: readonly (readonly [string, unknown, Value])[] = [
		["int64", "9223372036854775807", 2n ** 63n - 1n],
		["int64", "-9223372036854775808", -(2n ** 63n)],
		["int64", 9007199254740991, 9007199254740991n],
		["int64", 9007199254740993n, 9007199254740993n],
		["int64", "1", 1n],
		["int64", -0, 0n],
		["int32", 1.0, 1],
		["int32", -0, 0],
		["int32", -2147483648, -2147483648],
		["float64", 1, 1],
		["float64", 9007199254740992n, 9007199254740992],
		["float64", "NaN", Number.NaN],
		["float64", "-Infinity", Number.NEGATIVE_INFINITY],
		["float32", 0.1, Math.fround(0.1)],
		["bool", false, false],
		["string", "é𝄞", "é𝄞"],
		["string", "", ""],
		["bytes", "AP8=", new Uint8Array([0, 255])],
		["bytes", "", new Uint8Array()],
		["timestamp", "2024-01-31T12:00:00+01:00", 1_706_698_800_000_000n],
		["date", "1969-12-31", -1],
		["json", { b: [1, null], a: { z: 1n, y: "x" } }, '{"a":{"y":"x","z":1},"b":[1,null]}'],
		["json", 9007199254740993n, "9007199254740993"],
		["json", "text", '"text"'],
		["array<int64>", ["1", null, 2], [1n, null, 2n]],
		["array<string>", [], []],
		["int64", null, null],
		["array<float64>", null, null],
	];
	it.each(accepted)("%s takes %s", (text, json, value) => expect(decodeFeatureValue(json, type(text))).toEqual(value));

	const refused: readonly (readonly [string, unknown])[] = [
		["int64", 9007199254740992],
		["int64", 1.5],
		["int64", true],
		["int64", "1.0"],
		["int64", "9223372036854775808"],
		["int64", ""],
		["int32", true],
		["int32", "1"],
		["int32", 2147483648],
		["int32", 4294967297n],
		["float64", "1"],
		["float64", 9007199254740993n],
		["float64", true],
		["float32", 1e300],
		["float32", parseJson("1e999")],
		["float64", parseJson("1e999")],
		["float64", parseJson("-1e999")],
		["array<float64>", parseJson("[1e999]")],
		["float32", 16777217n],
		["bool", 1],
		["bool", "true"],
		["string", 1],
		["string", "\ud800"],
		["string", "a\0b"],
		["bytes", "AP8"],
		["bytes", "A P8="],
		["bytes", "not base64!"],
		["timestamp", 0],
		["timestamp", "2024-02-30"],
		["date", "2024-02-30"],
		["date", "2024-02-28T00:00:00Z"],
		["json", Number.NaN],
		["array<int64>", "1"],
		["array<int64>", [1, [2]]],
		["array<bool>", [true, 0]],
		["string", {}],
	];
	it.each(refused)("%s refuses %s", (text, json) => {
		expect(() => decodeFeatureValue(json, type(text))).toThrow(FeaturegraphError);
		expect(tryDecodeFeatureValue(json, type(text))).toBeInstanceOf(InvalidValue);
	});

	it("names the column, the value and the type", () => {
		const problem = tryDecodeFeatureValue([1, "x"], type("array<int64>")) as InvalidValue;
		expect(problem.toError("codes").toUserError()).toMatchObject({
			code: "INVALID_VALUE",
			name: "codes",
			message:
				'"codes": A list is not a value of type array<int64>: element 1: "x" is not a value of type int64: expected an integer or a decimal string',
		});
	});

	it("refuses JSON of any depth without overflowing", () => {
		let deep: unknown = 0;
		for (let i = 0; i < 100_000; i++) deep = [deep];
		expect(tryDecodeFeatureValue(deep, type("json"))).toBeInstanceOf(InvalidValue);
	});
});

describe("FeatureValue JSON out", () => {
	it("comes in again as the same value, for every type", () => {
		fc.assert(
			fc.property(
				anyType.chain((t) => fc.tuple(fc.constant(t), valueOf(t))),
				([t, value]) => {
					const wire: unknown = parseJson(JSON.stringify(encodeFeatureValue(value, t)));
					const back = decodeFeatureValue(wire, t);
					expect(withoutNegativeZero(back), formatValueType(t)).toEqual(withoutNegativeZero(value));
				},
			),
			{ numRuns: 2000 },
		);
	});
});

describe("types of JSON", () => {
	it.each([
		[1, "int64"],
		[1.5, "float64"],
		[1e300, "float64"],
		[2n ** 60n, "int64"],
		["2024-01-01", "string"],
		[true, "bool"],
		[[1, null, 2.5], "array<float64>"],
		[[1, "x"], "json"],
		[[[1]], "json"],
		[{}, "json"],
	])("%s is %s", (json, expected) => expect(inferType(json)).toEqual(type(expected)));

	it("do not show in nulls and empty lists", () => {
		expect([null, [], [null]].map(inferType)).toEqual([null, null, null]);
		expect(inferCommonType([null, 1, 2.5])).toEqual(type("float64"));
		expect(inferCommonType(["a", 1])).toEqual(type("json"));
		expect(inferCommonType([null])).toBeNull();
	});
});

describe("literals", () => {
	it("keep large integers exact and take variables", () => {
		const literal = parseValue(
			`{a: 9007199254740993, b: [1, 1.5, "x", null, $v, $none], c: $none, __proto__: 1, e: ENUM}`,
		);
		const json = literalToJson(literal, { v: { deep: true } });
		expect(Object.entries(json as object)).toEqual([
			["a", 9007199254740993n],
			["b", [1, 1.5, "x", null, { deep: true }, null]],
			["__proto__", 1],
			["e", "ENUM"],
		]);
	});
});

describe("canonical JSON", () => {
	it("keeps long integers of other systems' texts", () => {
		expect(canonicalJsonText('{ "b": 12345678901234567890, "a": 1.50 }')).toBe('{"a":1.5,"b":12345678901234567890}');
		expect(canonicalJsonText("{")).toBeUndefined();
	});
});

function withoutNegativeZero(value: Value): Value {
	if (Array.isArray(value)) return value.map((element: Value) => withoutNegativeZero(element)) as Value;
	return Object.is(value, -0) ? 0 : value;
}
