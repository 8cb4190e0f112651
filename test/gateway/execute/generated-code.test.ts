import type { RequiresSelection } from "@graphql-hive/router-query-planner";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Data } from "../../../gateway/execute/data.ts";
import { DistinctRepresentations } from "../../../gateway/execute/distinct.ts";
import type { FetchShape } from "../../../gateway/execute/fetch-shape.ts";
import { FieldFailure } from "../../../gateway/execute/field-failure.ts";
import { compileCopy, compileMerge } from "../../../gateway/execute/generated-merge.ts";
import { compileFind } from "../../../gateway/execute/generated-representation.ts";
import { copyData, mergeData } from "../../../gateway/execute/merge.ts";
import { compileRepresent } from "../../../gateway/execute/representation.ts";

const keys = ["id", "__typename", "constructor", 'quoted"', "rest"];
const failure = FieldFailure.of({ message: "failed", extensions: {} });

const leafShape = fc.uniqueArray(fc.constantFrom(...keys), { maxLength: 4 });
const { shape } = fc.letrec<{ shape: FetchShape }>((tie) => ({
	shape: fc.tuple(leafShape, fc.option(tie("shape"), { depthSize: "small" })).map(([leaves, below]) => ({
		fields: [
			...leaves.map((key) => ({ key, shape: null })),
			...(below === null ? [] : [{ key: "below", shape: below }]),
		],
	})),
}));
const { value, data } = fc.letrec<{ value: unknown; data: Data }>((tie) => ({
	value: fc.oneof(
		{ depthSize: "small" },
		fc.constantFrom<unknown>("a", 1, true, null, undefined, "T", failure, String),
		tie("data"),
		fc.array(tie("value"), { maxLength: 3 }),
	),
	data: fc
		.uniqueArray(fc.tuple(fc.constantFrom(...keys, "below", "other"), tie("value")), {
			selector: ([key]) => key,
			maxLength: 6,
		})
		.map((entries) => Object.fromEntries(entries)),
}));
const isObjectType = (typename: string): boolean => typename === "T";
/** Two of the same, of which each is written into. */
const twice = fc.clone(data, 2);

describe("generated code", () => {
	it("merges as mergeData does", () => {
		fc.assert(
			fc.property(twice, twice, shape, ([target, own], [source, same], of) => {
				mergeData(own, same, of, isObjectType);
				compileMerge(of, isObjectType)(target, source);
				expect(target).toEqual(own);
				expect(Object.keys(target)).toEqual(Object.keys(own));
			}),
			{ numRuns: 1000 },
		);
	});

	it("copies as copyData does", () => {
		fc.assert(
			fc.property(value, shape, (given, of) => {
				const copy = compileCopy(of)(given);
				expect(copy).toEqual(copyData(given, of));
				if (typeof given === "object" && given !== null && given !== failure) expect(copy).not.toBe(given);
			}),
			{ numRuns: 1000 },
		);
	});

	it("leaves what is named __proto__ to them", () => {
		const of: FetchShape = { fields: [{ key: "__proto__", shape: null }] };
		const source = JSON.parse('{"__proto__": {"polluted": true}}') as Data;
		expect(compileCopy(of)(source)).toEqual(copyData(source, of));
		compileMerge(of, isObjectType)({}, source);
		expect({}).not.toHaveProperty("polluted");
	});

	it("finds the representations that are made otherwise, in their order", () => {
		const field = (name: string): RequiresSelection => ({ kind: "Field", name });
		const requires = (names: readonly string[]): readonly RequiresSelection[] => [
			{ kind: "InlineFragment", typeCondition: "T", selections: names.map(field) },
			{ kind: "InlineFragment", typeCondition: "U", selections: [...names].reverse().map(field) },
		];
		const leaf = fc.constantFrom<unknown>("1", 1, -0, 0, "2", null, true, undefined, ["1"], { a: 1 }, failure, String);
		const entity = fc.record({ __typename: fc.constantFrom<unknown>("T", "T", "U", "V", null), a: leaf, 'b"': leaf });
		const names = fc.uniqueArray(fc.constantFrom("__typename", "a", 'b"'), { maxLength: 3 });
		const satisfies = (typename: string, condition: string) => typename === condition;
		let found = 0;
		fc.assert(
			fc.property(fc.array(entity, { maxLength: 30 }), names, (entities, chosen) => {
				const find = compileFind(requires(chosen), satisfies);
				const represent = compileRepresent(requires(chosen), satisfies);
				const quick = new DistinctRepresentations();
				const slow = new DistinctRepresentations();
				for (const one of entities) {
					const representation = represent(one, {}, { failure: null });
					const position = find(one, quick);
					if (position >= 0) found += 1;
					if (representation === null) expect(position).toBe(-1);
					else expect(position >= 0 ? position : quick.add(representation)).toBe(slow.add(representation));
				}
				expect(quick.list).toEqual(slow.list);
				expect(quick.list.map((one) => Object.keys(one))).toEqual(slow.list.map((one) => Object.keys(one)));
			}),
			{ numRuns: 500 },
		);
		expect(found).toBeGreaterThan(150);
	});
});
