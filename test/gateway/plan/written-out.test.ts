import fc from "fast-check";
import { buildSchema, getOperationAST, Kind, type OperationDefinitionNode, parse, print } from "graphql";
import { describe, expect, test } from "vitest";
import { conditionVariables, writtenOut } from "../../../gateway/plan/written-out.ts";
import { canonical } from "../oracle/data.ts";
import { graphOf } from "../oracle/graph.ts";
import { documentOf, queryArbitrary } from "../oracle/query-arbitrary.ts";
import { noFaults } from "../oracle/world.ts";
import { worldArbitrary } from "../oracle/world-arbitrary.ts";

const schema = buildSchema(`
	type Query { a: Node b: Union }
	interface Node { id: ID }
	interface Named { name: String }
	type Person implements Node & Named { id: ID name: String friend: Person }
	type Thing implements Node { id: ID size: Int }
	union Union = Person | Thing
`);

function written(query: string, variables: Record<string, boolean> = {}): string {
	const document = parse(query, { noLocation: true });
	const result = writtenOut(schema, document, operationOf(query), (name) => variables[name] === true);
	return print(result.selectionSet).replaceAll(/\s+/g, " ");
}

function operationOf(query: string): OperationDefinitionNode {
	const operation = getOperationAST(parse(query, { noLocation: true }));
	if (operation === null || operation === undefined) throw new Error("No operation");
	return operation;
}

/** An object of which nothing is selected any more is asked for its name. */
const named = (data: unknown): string =>
	canonical(data)
		.replaceAll(/"__typename":"\w+",?/g, "")
		.replaceAll(",}", "}");

describe("an operation that is written out", () => {
	test("has its conditions decided, by constants and by variables", () => {
		const query = `query ($on: Boolean!) {
			a { id @skip(if: true) x: id @include(if: $on) ... on Person @skip(if: $on) { name } }
		}`;
		expect(written(query, { on: true })).toBe("{ a { x: id } }");
		expect(written(query, { on: false })).toBe("{ a { ... on Person { name } } }");
		expect(conditionVariables(parse(query))).toEqual(["on"]);
	});

	test("keeps an object whose fields are all left out", () => {
		expect(written("{ a { id @include(if: false) } }")).toBe("{ a { __typename } }");
	});

	test("has each field once, with all that is selected of it", () => {
		const query = `
			query { a { ...P } a { ... on Person { friend { id } } id } }
			fragment P on Person { name friend { name ...P2 } }
			fragment P2 on Node { id }
		`;
		expect(written(query)).toBe("{ a { id ... on Person { name friend { name id } } } }");
	});

	test("narrows only where the type is not known yet", () => {
		expect(written("{ b { ... on Node { id ... on Thing { size } } ... on Named { name } } }")).toBe(
			"{ b { ... on Node { id ... on Thing { size } } ... on Named { name } } }",
		);
		expect(written("{ a { ... on Person { ... on Node { id ... on Named { name } ... on Thing { size } } } } }")).toBe(
			"{ a { ... on Person { id name } } }",
		);
	});

	test("selects what it selected before (property)", () => {
		fc.assert(
			fc.property(
				worldArbitrary({ ...noFaults, nulls: 60 }),
				fc.array(queryArbitrary, { minLength: 5, maxLength: 10 }),
				(world, raws) => {
					const { monolith } = graphOf(world);
					for (const raw of raws) {
						const { text, variables } = documentOf(monolith.schema, raw);
						const document = parse(text, { noLocation: true });
						const value = (name: string) => variables[name] ?? true;
						const operation = writtenOut(monolith.schema, document, operationOf(text), (name) => value(name) === true);
						const plain = { kind: Kind.DOCUMENT, definitions: [operation] } as const;
						expect(print(plain)).not.toMatch(/@skip|@include|fragment /);
						const { result } = monolith.execute(plain, variables);
						expect(named(result.data)).toBe(named(monolith.execute(document, variables).result.data));
					}
				},
			),
			{ numRuns: 15 },
		);
	});
});
