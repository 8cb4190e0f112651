import type { FlattenNodePathSegment } from "@graphql-hive/router-query-planner";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Data } from "../../../gateway/execute/data.ts";
import { FieldFailure } from "../../../gateway/execute/field-failure.ts";
import { compileLocate } from "../../../gateway/execute/locate.ts";

const failure = FieldFailure.of({ message: "failed", extensions: {} });
const names = ["a", 'b"', "toString"];
const { data } = fc.letrec<{ value: unknown; data: Data }>((tie) => ({
	value: fc.oneof(
		{ depthSize: "medium" },
		fc.constantFrom<unknown>("leaf", 1, null, undefined, failure, String),
		tie("data"),
		tie("data"),
		fc.array(tie("value"), { maxLength: 3 }),
	),
	data: fc
		.tuple(fc.constantFrom<unknown>("T", "U", undefined), tie("value"), tie("value"))
		.map(([__typename, a, b]) => ({ __typename, a, 'b"': b })),
}));
const segment = fc.oneof(
	fc.constantFrom(...names).map((Field): FlattenNodePathSegment => ({ Field })),
	fc.constant<FlattenNodePathSegment>("@"),
	fc
		.constantFrom(["T"], ["T", "V"])
		.map((TypeCondition): FlattenNodePathSegment => ({ TypeCondition: [...TypeCondition] })),
);
const satisfies = (typename: string, condition: string): boolean => typename === condition;
const isObject = (one: unknown): one is Data =>
	typeof one === "object" && one !== null && !Array.isArray(one) && one !== failure;

/** One segment after the other, as the planner has it. */
function naive(root: Data, path: readonly FlattenNodePathSegment[]): readonly Data[] {
	let found: readonly Data[] = [root];
	for (const one of path) {
		if (one === "@") continue;
		if ("Field" in one) found = [found.map((object) => object[one.Field])].flat(20).filter(isObject);
		else {
			found = found.filter(
				({ __typename }) => typeof __typename !== "string" || one.TypeCondition.includes(__typename),
			);
		}
	}
	return found;
}

it("finds what lies at a path, in order", () => {
	fc.assert(
		fc.property(data, fc.array(segment, { maxLength: 4 }), (root, path) => {
			const found = compileLocate(path, satisfies)(root);
			const expected = naive(root, path);
			expect(found.length).toBe(expected.length);
			found.forEach((object, index) => expect(object).toBe(expected[index]));
		}),
		{ numRuns: 1000 },
	);
});
