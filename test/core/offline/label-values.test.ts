import { describe, expect, it } from "vitest";
import { convertLabelColumn } from "../../../core/offline/label-values.ts";
import { scalar } from "../../../core/values/type.ts";

describe("labels of another type", () => {
	it("keep what is no finite number, which JSON's numbers are not", () => {
		const values = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0.1, null];
		const converted = convertLabelColumn(values, "score", scalar("FLOAT64"), scalar("FLOAT32"), 0);
		expect(converted).toEqual([...values.slice(0, 3), Math.fround(0.1), null]);
		expect(() => convertLabelColumn(values, "score", scalar("FLOAT64"), scalar("INT64"), 0)).toThrow(
			expect.objectContaining({ code: "LABELS_INVALID" }),
		);
	});
});
