import { describe, expect, it } from "vitest";
import { executedGraph } from "../support/executed.ts";
import { shop } from "./shop.ts";

const graph = await executedGraph(shop());
const dataOf = async (query: string, variables?: Readonly<Record<string, unknown>>) => {
	const { data, errors } = await graph.run(query, variables);
	expect(errors).toBeUndefined();
	return data;
};
const texts = () => graph.asked.splice(0).map(({ subgraph, request }) => `${subgraph}: ${request.operation.text}`);

describe("a planned operation", () => {
	it("computes a field from what another subgraph has", async () => {
		expect(await dataOf("{ products { id shipping twice: shipping(perKilo: 2) } }")).toEqual({
			products: [
				{ id: "p1", shipping: 4, twice: 6 },
				{ id: "p2", shipping: 2, twice: 2 },
			],
		});
	});

	it("keeps a client's alias apart from a field of that name which only the plan needs", async () => {
		expect(await dataOf("{ products { price: shipping cost: price } }")).toEqual({
			products: [
				{ price: 4, cost: 10 },
				{ price: 2, cost: 20 },
			],
		});
		expect(await dataOf("{ products { price: shipping id: weight __typename: color } }").catch(() => null)).toBeNull();
	});

	it("gives objects of a union their own fields of one name, of other arguments or types", async () => {
		texts();
		const query =
			"{ search { __typename ... on Product { label(n: 1) code shipping } ... on User { label(n: 2) vip: name nick code } } }";
		const { data, errors } = await graph.run(query);
		// To the subgraph `code` of a user is not null: what fails there takes the user with it.
		expect(data).toEqual({
			search: [
				{ __typename: "Product", label: "p1 1", code: "code of p1", shipping: 4 },
				{ __typename: "User", label: "u1 2", vip: "Ada", nick: "nick of u1", code: "code of u1" },
				null,
			],
		});
		expect(errors).toMatchObject([{ message: "no code", path: ["search", 2, "code"] }]);
		expect(texts()[0]).toContain("_internal_qp_alias");
	});

	it("knows the types of what a subgraph holds for an interface", async () => {
		expect(
			await dataOf("{ topMedia { __typename id title rating ... on Book { pages } ... on Movie { minutes } } }"),
		).toEqual({
			topMedia: [
				{ __typename: "Movie", id: "m2", title: "A movie", rating: 2, minutes: 90 },
				{ __typename: "Book", id: "m1", title: "A book", rating: 1, pages: 100 },
			],
		});
		expect(await dataOf("{ topMedia { id rating } media { rating ... on Movie { minutes } } }")).toEqual({
			topMedia: [
				{ id: "m2", rating: 2 },
				{ id: "m1", rating: 1 },
			],
			media: [{ rating: 1 }, { rating: 2, minutes: 90 }],
		});
	});

	it("asks for each entity once, and one subgraph once per step", async () => {
		texts();
		const data = await dataOf("{ users { best { id reviews { text } } } products { id shipping } }");
		expect(data?.["users"]).toEqual(
			["u1", "u2"].map(() => ({ best: { id: "p1", reviews: [{ text: "good" }, { text: "bad" }] } })),
		);
		const asked = graph.asked.filter(({ subgraph }) => subgraph === "shipping");
		expect(asked).toHaveLength(1);
		const lists = Object.values(asked[0]?.request.variables ?? {}) as unknown[][];
		expect(lists.map((list) => list.length).sort()).toEqual([1, 2]);
	});

	it("asks nobody for no entity", async () => {
		texts();
		expect(await dataOf('{ product(id: "none") { shipping } }')).toEqual({ product: null });
		expect(texts()).toHaveLength(1);
	});

	it("includes and skips by variables, in every setting", async () => {
		const query = `query ($a: Boolean!, $b: Boolean = true) {
			products { id @include(if: $a) ... @skip(if: $b) { shipping } reviews @include(if: $a) @skip(if: $b) { text } }
		}`;
		const first = async (variables: Readonly<Record<string, unknown>>) =>
			((await dataOf(query, variables))?.["products"] as unknown[])[0];
		const reviews = [{ text: "good" }, { text: "bad" }];
		expect(await first({ a: true, b: false })).toEqual({ id: "p1", shipping: 4, reviews });
		expect(await first({ a: true })).toEqual({ id: "p1" });
		expect(await first({ a: false, b: false })).toEqual({ shipping: 4 });
		expect(await first({ a: false, b: true })).toEqual({});
	});

	it("answers in the order of the document, merged fields at their first place", async () => {
		const data = await dataOf(
			"{ products { shipping id } ...F users { id } } fragment F on Query { z: products { color } products { price } }",
		).catch(() => null);
		expect(data).toBeNull();
		const fine = await dataOf(
			"{ products { shipping id } ...F users { name } } fragment F on Query { z: products { id } products { price id } }",
		);
		expect(Object.keys(fine ?? {})).toEqual(["products", "z", "users"]);
		expect(Object.keys((fine?.["products"] as object[])[0] ?? {})).toEqual(["shipping", "id", "price"]);
	});

	it("has keys that objects have of their own", async () => {
		const data = await dataOf("{ constructor: products { toString: id __proto__: price valueOf: shipping } }");
		expect(JSON.stringify(data)).toBe(
			'{"constructor":[{"toString":"p1","__proto__":10,"valueOf":4},{"toString":"p2","__proto__":20,"valueOf":2}]}',
		);
		expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("price");
	});

	it("introspects the public schema, beside data and through variables", async () => {
		const query = `query ($name: String!, $yes: Boolean!) {
			root: __typename
			__schema { queryType { name } }
			a: __type(name: $name) { name fields @include(if: $yes) { name } }
			b: __type(name: "Hidden") { name }
			products { id }
		}`;
		const data = await dataOf(query, { name: "Dims", yes: true });
		expect(data).toEqual({
			root: "Query",
			__schema: { queryType: { name: "Query" } },
			a: { name: "Dims", fields: [{ name: "w" }, { name: "h" }] },
			b: null,
			products: [{ id: "p1" }, { id: "p2" }],
		});
		expect(Object.keys(data ?? {})[0]).toBe("root");
	});
});

describe("variables", () => {
	it.each([
		["9007199254740993", "9007199254740993"],
		["-9223372036854775808", "-9223372036854775808"],
		["123456789012345678901234567890", "123456789012345678901234567890"],
		['"123456789012345678901234567890"', "123456789012345678901234567890"],
	])("and literals pass exactly: %s", async (literal, value) => {
		expect(await dataOf(`{ exactly(n: ${literal}) topMedia { id } }`)).toMatchObject({ exactly: value });
		expect(await dataOf(`query ($n: Long = ${literal}) { exactly(n: $n) topMedia { id } }`)).toMatchObject({
			exactly: value,
		});
		expect(await dataOf("query ($n: Long) { exactly(n: $n) topMedia { id } }", { n: value })).toMatchObject({
			exactly: value,
		});
	});

	it("are checked before anything is asked", async () => {
		texts();
		const query = "query ($by: Choice!) { choose(by: $by) topMedia { id } }";
		for (const by of [{}, { a: 1, b: "x" }, { a: null }, { c: 1 }, null, "x"]) {
			await expect(graph.run(query, { by })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
		}
		expect(texts()).toEqual([]);
		expect(await dataOf(query, { by: { a: "9007199254740993" } })).toMatchObject({
			choose: '{"a":"9007199254740993"}',
		});
	});
});

describe("a mutation", () => {
	it("completes each field before the next begins, each in a scope of its own", async () => {
		graph.asked.splice(0);
		const data = await dataOf(
			'mutation { a: log(text: "x") { id timesAsked } count { id price } b: log(text: "y") { shipping } a: log(text: "x") { color } }',
		);
		expect(Object.keys(data ?? {})).toEqual(["a", "count", "b"]);
		expect(graph.asked.map(({ subgraph }) => subgraph)).toEqual([
			"catalogue",
			"shipping",
			"shipping",
			"catalogue",
			"catalogue",
			"shipping",
		]);
		const scopes = graph.asked.map(({ request }) => request.context.scope);
		expect(new Set(scopes).size).toBe(3);
		expect(scopes[0]).toBe(scopes[1]);
	});

	it("goes on after a field that failed", async () => {
		const { data, errors } = await graph.run('mutation { fail { id } log(text: "x") { id } }');
		expect(data).toEqual({ fail: null, log: { id: "p1" } });
		expect(errors).toMatchObject([{ message: "failed", path: ["fail"], extensions: { code: "CONFLICT" } }]);
	});
});
