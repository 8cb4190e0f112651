import { buildSubgraphSchema } from "@apollo/subgraph";
import DataLoader from "dataloader";
import { type ExecutionResult, execute, type GraphQLSchema, getOperationAST, parse } from "graphql";
import { beforeEach, describe, expect, it } from "vitest";
import type { SubgraphOperation } from "../../../../core/ports/subgraph.ts";
import { compileQueue } from "../../../../gateway/transport/compiled/compile-queue.ts";
import {
	type CompiledOperations,
	compiledOperations,
} from "../../../../gateway/transport/compiled/compiled-operations.ts";

const sdl = `
	extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
	input Choice @oneOf { number: Int text: String }
	interface Keyed @key(fields: "id") { id: ID! }
	type Query {
		echo(of: String): String
		choose(by: Choice!): Int
		things: [Thing!]
		thing: Thing
		must: Int!
		node: Keyed
	}
	type Mutation { write: Int }
	type Thing implements Keyed @key(fields: "id") { id: ID! value: Int }
	type Other implements Keyed @key(fields: "id") { id: ID! }
`;

let batches: string[][];
let asked: string[];
let schema: GraphQLSchema;
let compiled: CompiledOperations["execute"];
let prepare: CompiledOperations["prepare"];
beforeEach(() => {
	batches = [];
	asked = [];
	const loader = new DataLoader<string, number>(async (ids) => {
		batches.push([...ids]);
		return ids.map(Number);
	});
	const resolvers = {
		Query: {
			echo: (_: unknown, { of }: { of: string }) => {
				asked.push(of);
				return of;
			},
			choose: (_: unknown, { by }: { by: { number?: number } }) => by.number ?? -1,
			things: () => [{ id: "1" }, { id: "2" }],
			thing: () => ({ id: "1" }),
			must: () => null,
			node: () => ({ __typename: "Thing", id: "7" }),
		},
		Mutation: { write: () => 1 },
		Thing: {
			__resolveReference: ({ id }: { id: string }) => {
				if (id === "late") return Promise.resolve({ id: "3" });
				if (id === "broken") return Promise.reject(new Error("broken"));
				return id === "none" ? null : { id };
			},
			value: ({ id }: { id: string }) => loader.load(id),
		},
		Keyed: {
			__resolveReference: ({ id }: { id: string }) => ({ __typename: id === "7" ? "Thing" : "Other", id }),
			__resolveType: ({ __typename }: { __typename: string }) => __typename,
		},
	};
	schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: resolvers as never }]);
	({ execute: compiled, prepare } = compiledOperations(schema, compileQueue(100)));
});

function operation(text: string): SubgraphOperation {
	const document = parse(text);
	return { kind: getOperationAST(document)?.operation ?? ("query" as never), document, text, name: null };
}

const run = async (of: SubgraphOperation, variables: Record<string, unknown> = {}) =>
	compiled({ operation: of, variables, context: {}, rootValue: undefined });

/** Runs it until compiled code answers. */
async function compiledRun(of: SubgraphOperation, variables: Record<string, unknown> = {}): Promise<ExecutionResult> {
	for (let i = 0; i < 10; i++) {
		const result = await run(of, variables);
		if (result !== null) return result;
		await new Promise((resolve) => setImmediate(resolve));
	}
	throw new Error("it is not compiled");
}

async function neverCompiled(of: SubgraphOperation, variables: Record<string, unknown> = {}): Promise<void> {
	await expect(compiledRun(of, variables)).rejects.toThrow("it is not compiled");
}

const interpreted = async (of: SubgraphOperation, variables: Record<string, unknown> = {}) =>
	execute({ schema, document: of.document, variableValues: variables, contextValue: {} });

const plain = (result: ExecutionResult): unknown => JSON.parse(JSON.stringify(result));

describe("an operation", () => {
	it("is compiled when it comes again, apart from the requests", async () => {
		const echo = operation("query ($of: String) { echo(of: $of) }");
		expect(await run(echo, { of: "1" })).toBeNull();
		expect(await run(echo, { of: "2" })).toBeNull();
		expect(await run(echo, { of: "3" })).toBeNull();
		expect(await compiledRun(echo, { of: "4" })).toEqual({ data: { echo: "4" } });
		expect(asked).toEqual(["4"]);
	});

	it("is compiled before it comes where it is known to come", async () => {
		const conditional = operation('query ($a: Boolean!) { echo(of: "1") @skip(if: $a) must @include(if: $a) }');
		await prepare(conditional, { a: false });
		expect(await run(conditional, { a: false })).toEqual({ data: { echo: "1" } });
		const write = operation("mutation { write }");
		await prepare(write, {});
		expect(await run(write)).toBeNull();
	});

	it("is compiled once for each value of its conditions", async () => {
		const conditional = operation(
			'query ($a: Boolean!) { echo(of: "1") @skip(if: $a) things @include(if: $a) { id } }',
		);
		expect(await compiledRun(conditional, { a: false })).toEqual({ data: { echo: "1" } });
		expect(await compiledRun(conditional, { a: true })).toEqual({ data: { things: [{ id: "1" }, { id: "2" }] } });
	});

	it("stays with graphql-js when it writes, introspects, or has bad variables", async () => {
		await neverCompiled(operation("mutation { write }"));
		await neverCompiled(operation("{ __schema { queryType { name } } }"));
		await neverCompiled(operation("query ($of: String) { echo(of: $of) }"), { of: 1 });
	});

	it("stays with graphql-js where compiled code would mistake one place for another", async () => {
		await neverCompiled(operation("{ c: thing { a_b: value } b_c: thing { a: value } }"));
	});

	it("is given back when a null rises, and then left to graphql-js", async () => {
		const must = operation('{ must echo(of: "1") }');
		await neverCompiled(must);
		expect(asked).toEqual(["1"]);
	});

	it("holds @oneOf", async () => {
		const choose = operation("query ($by: Choice!) { choose(by: $by) }");
		expect(await compiledRun(choose, { by: { number: 5 } })).toEqual({ data: { choose: 5 } });
		expect(await run(choose, { by: { number: 5, text: "t" } })).toBeNull();
		expect(await run(choose, { by: {} })).toBeNull();
	});
});

describe("entities", () => {
	const entities = () =>
		operation(
			"query ($of: [_Any!]!) { _entities(representations: $of) { ... on Thing { id value } ... on Other { id } } }",
		);
	const things = (...ids: string[]) => ({ of: ids.map((id) => ({ __typename: "Thing", id })) });

	it("are what graphql-js makes of them, present, late, absent and broken", async () => {
		const of = entities();
		await compiledRun(of, things("1"));
		const variables = things("1", "late", "none", "broken", "2");
		const result = await run(of, variables);
		expect(result && plain(result)).toMatchObject({
			data: { _entities: [{ id: "1", value: 1 }, { id: "3", value: 3 }, null, null, { id: "2", value: 2 }] },
			errors: [{ message: "broken", path: ["_entities", 3] }],
		});
		expect(result?.data).toEqual(plain(await interpreted(of, variables)) && (await interpreted(of, variables)).data);
	});

	it("are loaded in one batch", async () => {
		const of = entities();
		await compiledRun(of, things("1"));
		batches.length = 0;
		await run(of, things("10", "11", "12"));
		expect(batches).toEqual([["10", "11", "12"]]);
	});

	it("of an interface are resolved by it", async () => {
		const of = entities();
		const variables = {
			of: [
				{ __typename: "Keyed", id: "7" },
				{ __typename: "Keyed", id: "8" },
			],
		};
		expect(plain(await compiledRun(of, variables))).toEqual({
			data: { _entities: [{ id: "7", value: 7 }, { id: "8" }] },
		});
	});
});
