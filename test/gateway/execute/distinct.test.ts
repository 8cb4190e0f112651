import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DistinctRepresentations } from "../../../gateway/execute/distinct.ts";

const value = fc.oneof(fc.constantFrom<unknown>("1", 1, "2", null, true), fc.constantFrom<unknown>(["1"], { a: "1" }));
const representation = fc.oneof(
	fc.record({ __typename: fc.constantFrom("T", "U"), id: value }),
	fc.record({ __typename: fc.constantFrom("T", "U"), code: value }),
	fc.record({ __typename: fc.constant("T"), id: value, code: value }),
);

describe("distinct representations", () => {
	it("are each value once, in the order in which they first came, found again by position", () => {
		fc.assert(
			fc.property(fc.array(representation, { maxLength: 40 }), (given) => {
				const distinct = new DistinctRepresentations();
				const positions = given.map((one) => distinct.add(one));
				const texts = given.map((one) => JSON.stringify(one));
				expect(distinct.list.map((one) => JSON.stringify(one))).toEqual([...new Set(texts)]);
				expect(positions.map((position) => JSON.stringify(distinct.list[position]))).toEqual(texts);
			}),
		);
	});
});
