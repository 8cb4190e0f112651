import type { ExecutionResult } from "graphql";
import { describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { SubgraphExecutor, SubgraphRequest } from "../../../core/ports/subgraph.ts";
import { type ExecutedGraph, executedGraph, execution } from "../support/executed.ts";
import { shop } from "./shop.ts";

/** The shop, one of whose subgraphs answers otherwise. */
const lyingShop = (
	name: string,
	answer: (request: SubgraphRequest, honest: () => Promise<ExecutionResult>) => unknown,
) =>
	executedGraph(shop(), (subgraph): SubgraphExecutor => {
		if (subgraph.name !== name) return subgraph;
		return {
			name,
			sdl: subgraph.sdl,
			execute: async (request) => (await answer(request, () => subgraph.execute(request))) as ExecutionResult,
			subscribe: subgraph.subscribe,
		};
	});

async function told(graph: ExecutedGraph, query: string) {
	const { data, errors = [] } = await graph.run(query);
	return {
		data,
		errors: errors.map(({ path, message, extensions }) => ({ path: path?.join("."), message, ...extensions })),
	};
}
const pathsOf = ({ errors }: Awaited<ReturnType<typeof told>>) => errors.map(({ path }) => path).sort();

const honest = await executedGraph(shop());

describe("an error of an entity", () => {
	it("is told at every place where the entity occurs, though it was asked for once", async () => {
		const answer = await told(honest, "{ users { mine: best { left: stock } } products { id stock } }");
		expect(answer.data).toEqual({
			users: [{ mine: { left: null } }, { mine: { left: null } }],
			products: [
				{ id: "p1", stock: null },
				{ id: "p2", stock: 3 },
			],
		});
		expect(pathsOf(answer)).toEqual(["products.0.stock", "users.0.mine.left", "users.1.mine.left"]);
		expect(answer.errors[0]).toMatchObject({ message: "no stock", code: "CONFLICT", service: "shipping" });
	});

	it("rises to the nearest value that may be null, across subgraphs, with one error where it began", async () => {
		const answer = await told(honest, "{ products { id reviews { text } broke: fragile } }");
		expect(answer.data).toEqual({ products: [null, { id: "p2", reviews: [], broke: 1 }] });
		expect(answer.errors).toEqual([
			{ path: "products.0.broke", message: "it broke", code: "CONFLICT", service: "shipping" },
		]);
	});

	it("is told of what is missing where another subgraph has brought the field that it names", async () => {
		const graph = await lyingShop("shipping", ({ operation }, answered) => {
			if (!operation.text.includes("_entities")) return answered();
			const message = "shipping does not know it";
			return { data: { _entities: [null, null] }, errors: [{ message, path: ["_entities", 0, "id"] }] };
		});
		const answer = await told(graph, "{ products { id stock } }");
		expect(answer.data).toEqual({
			products: [
				{ id: "p1", stock: null },
				{ id: "p2", stock: null },
			],
		});
		expect(pathsOf(answer)).toEqual(["products.0.stock"]);
	});

	it("comes with those of its neighbours", async () => {
		const answer = await told(honest, "{ products { stock shipping } broken }");
		expect(answer.data).toEqual({
			products: [
				{ stock: null, shipping: 4 },
				{ stock: 3, shipping: 2 },
			],
			broken: null,
		});
		expect(pathsOf(answer)).toEqual(["broken", "products.0.stock"]);
	});

	it("has the client's name for what the plan names otherwise", async () => {
		const query =
			"{ search { ... on Product { label(n: -1) code } ... on User { label: name tag: label(n: -1) nick } } }";
		expect(pathsOf(await told(honest, query))).toEqual(["search.0.label", "search.1.tag", "search.2.tag"]);
	});
});

describe("an entity that a subgraph does not know", () => {
	it("has null for what that subgraph would add, and no error", async () => {
		const answer = await told(honest, "{ users { name nick } }");
		expect(answer).toEqual({
			data: {
				users: [
					{ name: "Ada", nick: "nick of u1" },
					{ name: "Bob", nick: null },
				],
			},
			errors: [],
		});
	});

	it("is missing where what it would add may not be null, with an error there", async () => {
		const answer = await told(honest, "{ products { id } users { name vip } }");
		expect(answer.data).toEqual({ products: [{ id: "p1" }, { id: "p2" }], users: null });
		expect(answer.errors).toEqual([
			{ path: "users.1.vip", message: "Cannot return null for non-nullable field User.vip." },
		]);
	});
});

describe("a subgraph that does not answer", () => {
	const down = lyingShop("shipping", () => {
		throw new Error("connect ECONNREFUSED 10.0.0.7");
	});

	it("leaves null with an error at every field that it would have filled, and the rest alone", async () => {
		const answer = await told(await down, "{ products { id cost: shipping stock } media { title } }");
		expect(answer.data).toEqual({
			products: [
				{ id: "p1", cost: null, stock: null },
				{ id: "p2", cost: null, stock: null },
			],
			media: [{ title: "A book" }, { title: "A movie" }],
		});
		expect(pathsOf(answer)).toEqual(["products.0.cost", "products.0.stock", "products.1.cost", "products.1.stock"]);
		expect(answer.errors[0]).toMatchObject({ code: "SUBGRAPH_UNAVAILABLE", service: "shipping" });
		expect(JSON.stringify(answer)).not.toContain("10.0.0.7");
	});

	it("empties the nearest nullable value above a field that may not be null", async () => {
		const answer = await told(await down, "{ products { id fragile stock } }");
		expect(answer.data).toEqual({ products: [null, null] });
		expect(pathsOf(answer)).toEqual(["products.0.fragile", "products.1.fragile"]);
	});

	it("fails its own field of a mutation, not the next", async () => {
		const answer = await told(await down, 'mutation { count { id } log(text: "x") { id } }');
		expect(answer.data).toEqual({ count: null, log: { id: "p1" } });
		expect(pathsOf(answer)).toEqual(["count"]);
	});

	it("keeps the code that it failed with", async () => {
		const full = await lyingShop("shipping", () => {
			throw new FeaturegraphError("OVERLOADED", "Too much at once.", { hint: "Wait." });
		});
		expect((await told(full, "{ products { stock } }")).errors[0]).toMatchObject({
			message: "Too much at once.",
			code: "OVERLOADED",
			hint: "Wait.",
			service: "shipping",
		});
	});

	it("explains what could not be computed without it", async () => {
		const noPrices = await lyingShop("catalogue", async (_, ask) => {
			const { data } = (await ask()) as { data: { products: Record<string, unknown>[] } };
			for (const product of data.products) product["weight"] = null;
			const errors = [{ message: "no weight", path: ["products", 0, "weight"], extensions: { code: "CONFLICT" } }];
			return { data, errors };
		});
		const answer = await told(noPrices, "{ products { id reviews { text } weight } }");
		expect(pathsOf(answer)).toEqual(["products.0.weight"]);
		const computed = await told(noPrices, "{ products { shipping stock } }");
		expect(computed.data).toEqual({
			products: [
				{ shipping: 2, stock: null },
				{ shipping: 2, stock: 3 },
			],
		});
	});
});

describe("an answer", () => {
	const answering = (answer: unknown, name = "shipping") => lyingShop(name, () => answer);
	const query = "{ products { id stock shipping } }";
	const paths = ["products.0.shipping", "products.0.stock", "products.1.shipping", "products.1.stock"];

	it.each([
		["an error without a path", { data: null, errors: [{ message: "no", extensions: { code: "CONFLICT" } }] }],
		["an error of all entities", { data: null, errors: [{ message: "no", path: ["_entities"] }] }],
		["an error without a message", { errors: [{}] }],
		["an error that is none", { data: {}, errors: [null] }],
		["a path that is none", { errors: [{ message: "no", path: { length: 3 } }] }],
		["neither data nor errors", {}],
		["null", null],
		["text", "text"],
	])("with %s is an error at every field", async (_, answer) => {
		expect(pathsOf(await told(await answering(answer), query))).toEqual(paths);
	});

	it("with another number of entities is taken as far as it goes", async () => {
		const short = await answering({ data: { _entities: [{ stock: 1, shipping: 1 }] } });
		expect(await told(short, query)).toEqual({
			data: {
				products: [
					{ id: "p1", stock: 1, shipping: 1 },
					{ id: "p2", stock: null, shipping: null },
				],
			},
			errors: [],
		});
	});

	it("cannot reach what was not asked for, nor the prototypes of this process", async () => {
		const evil = JSON.parse(`{
			"data": { "_entities": [{ "stock": 1, "id": "changed", "__proto__": { "shipping": 666 } }, { "stock": 2 }] },
			"errors": [
				{ "message": "x", "path": ["_entities", 0, "__proto__", "polluted"] },
				{ "message": "x", "path": ["_entities", "__proto__", "polluted"] },
				{ "message": "x", "path": ["__proto__", "polluted"] }
			]
		}`) as unknown;
		const answer = await told(await answering(evil), query);
		expect(answer.data).toEqual({
			products: [
				{ id: "p1", stock: 1, shipping: null },
				{ id: "p2", stock: 2, shipping: null },
			],
		});
		expect({}).not.toHaveProperty("polluted");
		expect(Object.getOwnPropertyNames(Object.prototype)).not.toContain("polluted");
	});

	it("keeps the inside of its own scalars to itself, whatever an error says", async () => {
		const answer = await told(
			await answering(
				{
					data: { exactly: { inner: null, list: [null] } },
					errors: [
						{ message: "x", path: ["exactly", "inner"] },
						{ message: "y", path: ["exactly", "list", 0] },
					],
				},
				"catalogue",
			),
			"{ exactly(n: 1) media { id } }",
		);
		expect(answer.data).toMatchObject({ exactly: null });
		expect(answer.errors.map(({ path }) => path)).toEqual(["exactly", undefined, undefined]);
	});

	it.each([
		["a number for an object", { products: [1, 2] }, "{ products { id } media { id } }", ["products.0", "products.1"]],
		["an object for a list", { products: {} }, "{ products { id } media { id } }", ["products"]],
		["an object for a string", { users: [{ name: {} }] }, "{ users { name } media { id } }", ["users.0.name"]],
		[
			"text for a number",
			{ products: [{ price: "much" }] },
			"{ products { price } media { id } }",
			["products.0.price"],
		],
		[
			"a value that clients must not see",
			{ products: [{ color: "SECRET" }] },
			"{ products { color } media { id } }",
			["products.0.color"],
		],
		[
			"a type that clients must not see",
			{ nodes: [{ __typename: "Hidden", id: "1" }] },
			"{ nodes { id } media { id } }",
			["nodes.0"],
		],
		[
			"a type that is none",
			{ search: [{ __typename: "Dims", w: 1 }] },
			"{ search { __typename } media { id } }",
			["search.0"],
		],
		["a list for an object", { product: [{ id: "p1" }] }, '{ product(id: "p1") { id } media { id } }', ["product"]],
	])("with %s is null there, with an error", async (_, data, asked, expected) => {
		const answer = await told(await answering({ data }, "catalogue"), asked);
		expect(pathsOf(answer)).toEqual(expected);
		expect(JSON.stringify(answer)).not.toContain("SECRET");
		expect(answer.data?.["media"]).toHaveLength(2);
	});

	it("tells a bounded number of errors", async () => {
		const many = Array.from({ length: 300 }, () => ({ stock: null }));
		const graph = await lyingShop("catalogue", () => ({
			data: { products: many.map((_, index) => ({ __typename: "Product", id: String(index), color: "SECRET" })) },
		}));
		expect((await told(graph, "{ products { id color stock } }")).errors).toHaveLength(100);
	});
});

describe("what is hidden", () => {
	it("does not leak through an interface, though nobody asks for its type", async () => {
		const answer = await told(honest, "{ concealed { id } }");
		expect(answer.data).toEqual({ concealed: [null, { id: "p1" }] });
		expect(pathsOf(answer)).toEqual(["concealed.0"]);
		expect(JSON.stringify(answer)).not.toMatch(/h1|Hidden/);
	});

	it("does not leak by its type, or its value", async () => {
		const answer = await told(honest, "{ hidden { __typename } products { color } media { id } }");
		expect(answer.data).toMatchObject({ hidden: null, products: [{ color: "RED" }, { color: null }] });
		expect(pathsOf(answer)).toEqual(["hidden", "products.1.color"]);
		expect(JSON.stringify(answer)).not.toMatch(/SECRET|Hidden/);
	});
});

describe("an operation whose client has left", () => {
	it.each<[string, Error | undefined, boolean]>([
		["has one error, whatever failed", undefined, true],
		[
			"is completed with what there is where its time is over",
			new FeaturegraphError("DEADLINE_EXCEEDED", "late"),
			false,
		],
	])("%s", async (_, reason, isAlone) => {
		const left = new AbortController();
		const graph = await lyingShop("shipping", ({ operation }) => {
			left.abort(reason);
			if (!operation.text.includes("_entities")) return { data: null };
			return { data: { _entities: [null, null] }, errors: [{ message: "one" }, { message: "two" }] };
		});
		const { compiled, variables } = await graph.prepare("{ products { id stock shipping reviews { text } } }");
		const result = await compiled.execute(variables, execution({ signal: left.signal }));
		expect(result.errors?.length === 1).toBe(isAlone);
	});
});
