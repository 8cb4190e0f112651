import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { featureValueEncoder } from "../../../core/values/feature-value-out.ts";
import { jsonTextOf } from "../../../core/values/json-text.ts";
import { parseJson } from "../../../core/values/parse-json.ts";
import { formatValueType, scalar } from "../../../core/values/type.ts";
import { anyType, valueOf } from "../../support/arbitrary-values.ts";

describe("columns as JSON text", () => {
	it("say what the values say one by one, for every type and number of rows", () => {
		fc.assert(
			fc.property(
				anyType.chain((type) =>
					fc.tuple(fc.constant(type), fc.array(fc.option(valueOf(type), { freq: 4 }), { maxLength: 4 })),
				),
				([type, values]) => {
					const wanted: unknown = parseJson(JSON.stringify(values.map(featureValueEncoder(type))));
					expect(parseJson(jsonTextOf(values, type)), formatValueType(type)).toEqual(wanted);
				},
			),
			{ numRuns: 2000 },
		);
	});

	it("write numbers as JSON.stringify does, one as many", () => {
		fc.assert(
			fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
				expect(jsonTextOf([value], scalar("FLOAT64"))).toBe(JSON.stringify([value]));
				expect(jsonTextOf([value, null], scalar("FLOAT64"))).toBe(JSON.stringify([value, null]));
			}),
			{ numRuns: 2000 },
		);
	});

	it("have words for what JSON has no number for", () => {
		const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
		for (const value of values) expect(jsonTextOf([value], scalar("FLOAT32"))).toBe(`["${value}"]`);
		expect(jsonTextOf([-0], scalar("FLOAT64"))).toBe("[0]");
	});
});
