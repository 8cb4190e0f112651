import fc from "fast-check";
import {
	buildSchema,
	type GraphQLInputType,
	getVariableValues,
	isEnumType,
	isInputObjectType,
	isInputType,
	isListType,
	isNonNullType,
	Kind,
	type OperationDefinitionNode,
	parse,
	typeFromAST,
} from "graphql";
import { describe, expect, it } from "vitest";
import { variableReader } from "../../../../gateway/transport/compiled/variable-reader.ts";

const schema = buildSchema(`
	scalar Any
	enum Color { RED GREEN }
	input Leaf { id: ID! count: Int = 3 ratio: Float! = 0.5 color: Color = RED any: Any note: String }
	input Tree { leaf: Leaf! leaves: [Leaf!] grid: [[Int!]] left: Tree right: Tree = null flags: [Boolean!]! = [true] }
	input Choice @oneOf { tree: Tree id: ID number: Int }
	type Query { ask(tree: Tree, choice: Choice, leaves: [Leaf!], color: Color): Int }
`);
const { definitions } = parse(`query (
	$tree: Tree!, $choice: Choice, $leaves: [Leaf!], $color: Color = GREEN, $number: Int!, $any: Any, $list: [[Color]]
) { ask }`);
const variables = (definitions[0] as OperationDefinitionNode).variableDefinitions ?? [];

const wrong = fc.constantFrom<unknown>(undefined, null, 1.5, -7, "x", "", true, [], {}, { id: 1 }, [[]], "RED");

/** Mostly values of the type, of which now and then something is missing, wrong or too much. */
function valueOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
	if (isNonNullType(type)) return valueOf(type.ofType, depth);
	return fc.oneof({ weight: 300, arbitrary: fitting(type, depth) }, { weight: 1, arbitrary: wrong });
}

function fitting(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
	if (isListType(type)) return fc.array(valueOf(type.ofType, depth - 1), { maxLength: 3 });
	if (isEnumType(type)) return fc.constantFrom("RED", "GREEN");
	if (isInputObjectType(type)) {
		const fields = Object.values(type.getFields());
		const shown = fields.filter((field) => depth > 0 || isNonNullType(field.type));
		const all = Object.fromEntries(shown.map((field) => [field.name, valueOf(field.type, depth - 1)]));
		const required = shown.filter((field) => isNonNullType(field.type) && field.defaultValue === undefined);
		const object = fc.record(all, { requiredKeys: required.map(({ name }) => name) });
		if (type.isOneOf) return fc.oneof(...shown.map(({ name }) => fc.record({ [name]: all[name] ?? wrong })), object);
		return fc.oneof(
			{ weight: 200, arbitrary: object },
			{ weight: 1, arbitrary: object.map((value) => ({ ...value, toString: 1 })) },
		);
	}
	const leaves: Record<string, fc.Arbitrary<unknown>> = {
		Int: fc.integer({ min: -5, max: 5 }),
		Float: fc.double({ noNaN: true, noDefaultInfinity: true }),
		String: fc.string({ maxLength: 3 }),
		Boolean: fc.boolean(),
		ID: fc.oneof(fc.string({ maxLength: 3 }), fc.nat()),
		Any: fc.jsonValue({ maxDepth: 2 }),
	};
	return leaves["name" in type ? type.name : ""] ?? wrong;
}

const given = fc.record(
	Object.fromEntries(
		variables.map(({ variable, type: node }) => {
			const type = typeFromAST(schema, node);
			if (!isInputType(type)) throw new Error("no input type");
			return [variable.name.value, valueOf(type, 2)];
		}),
	),
	{
		requiredKeys: variables
			.filter(({ type }) => type.kind === Kind.NON_NULL_TYPE)
			.map((each) => each.variable.name.value),
	},
);

describe("variables", () => {
	it("are those of graphql-js, in its order, or refused as there", () => {
		const read = variableReader(schema, variables);
		const counted = { read: 0, refused: 0 };
		fc.assert(
			fc.property(given, (values) => {
				const expected = getVariableValues(schema, variables, values).coerced ?? null;
				const found = read(values);
				counted[expected === null ? "refused" : "read"] += 1;
				expect(found).toStrictEqual(expected);
				expect(JSON.stringify(found)).toBe(JSON.stringify(expected));
			}),
			{ numRuns: 3000 },
		);
		expect(Math.min(counted.read, counted.refused)).toBeGreaterThan(300);
	});
});
