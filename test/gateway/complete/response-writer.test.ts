import fc from "fast-check";
import { type FragmentDefinitionNode, type GraphQLSchema, getOperationAST, Kind, parse, validate } from "graphql";
import { expect, it } from "vitest";
import { completionOf } from "../../../gateway/complete/completion.ts";
import { type ObjectProjection, projectObject, type ValueProjection } from "../../../gateway/complete/projection.ts";
import { WrittenResult } from "../../../gateway/complete/result-json.ts";
import type { Data } from "../../../gateway/execute/data.ts";
import { FieldFailure } from "../../../gateway/execute/field-failure.ts";
import type { PlannedKey } from "../../../gateway/execute/planned-key.ts";
import { generatedOperation } from "../transport/compiled/generated-document.ts";
import { generatedSchema } from "../transport/compiled/generated-schema.ts";
import { type Random, randomOf } from "../transport/compiled/random.ts";

const calm = { faults: 0, nulls: 0, promises: 0, oddities: 0 };
const plannedKey: PlannedKey = ({ alias, name }) => (alias === undefined ? name.value : `_alias_${alias.value}`);
const stray = { message: "stray", extensions: { code: "STRAY" } };
const texts = [
	"plain",
	"",
	'"quoted" \\ and\nbroken',
	"\u0000\u001f\u2028",
	"\ud83d\ude00 whole, half \ud83d",
	"long enough to be looked at by another way, with a \u0007 in it",
	"long enough to be looked at by another way, as nearly all texts are",
];
const odd = [
	() => 1,
	FieldFailure.of(stray),
	undefined,
	{ toJSON: () => "own" },
	"5",
	5,
	2 ** 40,
	Number.NaN,
	[],
	true,
];

function dataOf({ type, fields }: ObjectProjection, random: Random, faults: number): Data {
	const data: Data = { __typename: type.name };
	for (const { source, value } of fields) data[source] = valueOf(value, random, faults);
	return data;
}

function valueOf(value: ValueProjection, random: Random, faults: number): unknown {
	if (random.between(0, 999) < faults) return odd[random.between(0, odd.length - 1)];
	if (!value.nonNull && random.chance(10)) return random.chance(50) ? null : undefined;
	switch (value.kind) {
		case "scalar":
			if (value.type?.name === "Int") return random.between(-3, 2 ** 31 - 1);
			if (value.type?.name === "Float") return [0.1, -0, 1e21, 3, 5e-324][random.between(0, 4)];
			if (value.type?.name === "Boolean") return random.chance(50);
			if (value.type === null && random.chance(50)) return { nested: [1, null, "x"], when: new Date(0) };
			return texts[random.between(0, texts.length - 1)];
		case "enum":
			return ["RED", "GREEN", "BLUE"][random.between(0, 2)];
		case "object":
			return dataOf(value.object, random, faults);
		case "abstract": {
			const all = value.abstract.all();
			const data = dataOf(all[random.between(1, all.length - 1)] ?? value.abstract.untyped, random, faults);
			return random.between(0, 999) < faults ? { ...data, __typename: "Foreign" } : data;
		}
		case "list":
			return Array.from({ length: random.between(0, 3) }, () => valueOf(value.item, random, faults));
		case "typename":
			return value.name ?? undefined;
		case "introspection":
		case "withheld":
			return null;
	}
}

function completionFor(schema: GraphQLSchema, text: string) {
	const document = parse(text);
	const operation = getOperationAST(document);
	const query = schema.getQueryType();
	if (operation == null || query == null) throw new Error("No query");
	const fragments = new Map<string, FragmentDefinitionNode>();
	for (const node of document.definitions)
		if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
	const terms = { schema, document, operation, conditions: {}, withheld: new Map(), plannedKey, mostErrors: 1000 };
	const projection = projectObject({ ...terms, fragments, introspect: () => null }, query, [operation.selectionSet]);
	return { projection, complete: completionOf(terms) };
}

it("writes what is projected, and only where there is no error to tell", () => {
	const counted = { written: 0, notWritten: 0 };
	const compare = (seed: number): void => {
		const random = randomOf(seed);
		const schema = generatedSchema(random, calm);
		const { text } = generatedOperation(schema, random);
		if (validate(schema, parse(text)).length > 0) return;
		const { projection, complete } = completionFor(schema, text);
		for (const faults of [0, 0, 5, 40]) {
			const data = dataOf(projection, random, faults);
			const projected = complete(data, {}, [stray]);
			const result = complete(data, {}, []);
			expect(JSON.stringify(result.data), text).toBe(JSON.stringify(projected.data));
			if (!(result instanceof WrittenResult)) {
				counted.notWritten += 1;
				// A value that JSON cannot hold is no error of the response, and no text, either.
				continue;
			}
			counted.written += 1;
			expect(projected.errors?.map(({ message }) => message)).toEqual(["stray"]);
			expect(result.json, text).toBe(JSON.stringify({ data: projected.data }));
		}
	};
	fc.assert(fc.property(fc.integer({ min: 0 }), compare), { numRuns: 200 });
	expect(counted.written).toBeGreaterThan(250);
	expect(counted.notWritten).toBeGreaterThan(50);
});

it("gives its data to who reads or copies it, made once", () => {
	let made = 0;
	const result = new WrittenResult('{"a":1}', () => {
		made += 1;
		return { a: 1 };
	});
	expect(result.json).toBe('{"data":{"a":1}}');
	expect(made).toBe(0);
	expect(Object.assign({}, result, { extensions: { told: true } })).toEqual({
		data: { a: 1 },
		extensions: { told: true },
	});
	expect(JSON.stringify(result)).toBe(result.json);
	expect(made).toBe(1);
});
