import { type QueryPlan, QueryPlanner } from "@graphql-hive/router-query-planner";
import { Kind, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, test } from "vitest";
import { typeConditionsOf } from "../../../gateway/execute/type-conditions.ts";
import { graphTypesOf } from "../../../gateway/plan/verify/graph-types.ts";
import { ownPlan } from "../../../gateway/plan/verify/own-plan.ts";
import { representativeTypes } from "../../../gateway/plan/verify/representative-types.ts";
import { soundPlans } from "../../../gateway/plan/verify/sound-plan.ts";
import { flawsOf } from "../../../gateway/plan/verify/verify-plan.ts";
import { compose } from "../../../schema/compose.ts";

const link =
	'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable", "@requires", ' +
	'"@provides", "@external", "@override", "@interfaceObject"])\n';

function graphOf(subgraphs: Readonly<Record<string, string>>, labels: readonly string[] = []) {
	const { supergraphSdl } = compose(Object.entries(subgraphs).map(([name, sdl]) => ({ name, sdl: link + sdl })));
	const document = parse(supergraphSdl);
	const types = graphTypesOf(document, typeConditionsOf(document), (label) => labels.includes(label));
	const planner = new QueryPlanner(supergraphSdl);
	return {
		plan: (text: string) => planner.plan(text, null, new Set(labels), 0),
		flaws: (plan: QueryPlan, text: string) => {
			const operation = operationOf(text);
			const flaws = flawsOf(plan, operation, types);
			// One type that stands for others lets nothing pass, and refuses nothing, that all of them would not.
			expect(flawsOf(plan, operation, representativeTypes(plan, operation, types)).length > 0).toBe(flaws.length > 0);
			return flaws;
		},
		sound: soundPlans(document, typeConditionsOf(document)),
		own: (text: string) => ownPlan(operationOf(text), types),
	};
}

function operationOf(text: string): OperationDefinitionNode {
	const [operation] = parse(text).definitions;
	if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("No operation");
	return operation;
}

const shop = graphOf({
	products: `
		interface Node { id: ID! }
		type Query { products: [Product!]! find: Found node: Node }
		type Product implements Node @key(fields: "id") @key(fields: "code { a b }") { id: ID! code: Code name: String! price(of: Int): Int maker: Maker! }
		type Code @shareable { a: Int b: Int }
		type Maker implements Node @key(fields: "id") { id: ID! }
		union Found = Product | Maker`,
	stock: `
		type Product @key(fields: "id") { id: ID! price(of: Int): Int @external stock: Int! shipping: Int @requires(fields: "price(of: 3)") }
		type Maker @key(fields: "id") { id: ID! city: String }`,
	places: `
		type Product @key(fields: "code { a b }") { code: Code @shareable shelf: String }
		type Code @shareable { a: Int b: Int }`,
});

/** A sound plan for an operation over all of them. */
const asked = `{
	products { name stock shipping shelf maker { city } }
	find { __typename ... on Product { id stock shelf } ... on Maker { city } }
	node { id ... on Maker { city } }
}`;

/** The plan with a text in it replaced by another. */
function changed(plan: QueryPlan, from: string | RegExp, to: string): QueryPlan {
	const text = JSON.stringify(plan);
	const other = text.replace(from, to);
	expect(other).not.toBe(text);
	return JSON.parse(other) as QueryPlan;
}

describe("a plan", () => {
	test("of the planner is sound", () => {
		expect(shop.flaws(shop.plan(asked), asked)).toEqual([]);
	});

	test("that misses any of its fetches is not", () => {
		const plan = shop.plan(asked);
		const fetches = JSON.stringify(plan).split('"serviceName"').length - 1;
		expect(fetches).toBe(3);
		for (let missing = 0; missing < fetches; missing += 1) {
			let seen = 0;
			const without = JSON.parse(JSON.stringify(plan), (_, node: unknown) => {
				const isFetch = typeof node === "object" && node !== null && "serviceName" in node;
				return isFetch && seen++ === missing ? { kind: "Sequence", nodes: [] } : node;
			}) as QueryPlan;
			expect(shop.flaws(without, asked), `without fetch ${missing}`).not.toEqual([]);
		}
	});

	test.each([
		["asks for another field", / ?name /, " id "],
		["asks the wrong subgraph", '"serviceName":"places"', '"serviceName":"stock"'],
		["asks a subgraph that is not there", '"serviceName":"places"', '"serviceName":"nowhere"'],
		["asks under another key", "stock", "other: stock"],
		["computes from the wrong value", "price(of: 3)", "price(of: 4)"],
		["forgets to tell the key", '"name":"id"', '"name":"id2"'],
		["looks elsewhere", '{"Field":"products"}', '{"Field":"product"}'],
		["looks at objects of another type", /"TypeCondition":\["Maker"\]/, '"TypeCondition":["Product"]'],
		["does not ask for the type", "__typename", "id"],
	])("that %s is not", (_, from, to) => {
		expect(shop.flaws(changed(shop.plan(asked), from, to), asked)).not.toEqual([]);
	});

	test("that runs what depends on one another at once is not", () => {
		const plan = changed(shop.plan(asked), /^(\{.*?"kind":)"Sequence"/, '$1"Parallel"');
		expect(shop.flaws(plan, asked)).not.toEqual([]);
	});

	test("is told by the place of what is missing", () => {
		const plan = changed(shop.plan("{ products { name maker { city } } }"), / ?name /, " id ");
		expect(shop.flaws(plan, "{ products { name maker { city } } }")).toEqual([
			"/products(Product)/name: nobody is asked for Product.name",
		]);
	});
});

describe("a plan over more types than can be looked at one by one", () => {
	const names = Array.from({ length: 12 }, (_, index) => `T${index}`);
	const graph = graphOf({
		a: `
			type Query { node: Node }
			interface Node { id: ID! next: Node }
			${names.map((name) => `type ${name} implements Node @key(fields: "id") { id: ID! next: Node }`).join("\n")}`,
		b: names.map((name) => `type ${name} @key(fields: "id") { id: ID! own${name}: Int }`).join("\n"),
	});
	const override = { labels: [], percentage: 0, key: "" };
	const nested = (levels: number, inner: string) =>
		`{ node ${"{ next ".repeat(levels)}{ ${inner} }${" }".repeat(levels)} }`;
	const sound = (plan: QueryPlan, text: string) => graph.sound(text, () => Promise.resolve(plan), override);

	test("is verified by one type of those that are alike", async () => {
		const text = nested(6, "id ... on T3 { ownT3 }");
		const plan = graph.plan(text);
		expect(await sound(plan, text)).toBe(plan);
		const wrong = changed(plan, "ownT3", "ownT4");
		await expect(sound(wrong, text)).rejects.toMatchObject({ code: "QUERY_TOO_COMPLEX" });
	});

	test("is refused where they all differ", async () => {
		const all = names.map((name) => `... on ${name} { own${name} }`).join(" ");
		const text = nested(4, all);
		await expect(sound(graph.plan(text), text)).rejects.toThrow(
			"more combinations of types than its plan can be verified",
		);
	});
});

/** There is a plan of our own, which is sound. */
function expectSound({ own, flaws }: Pick<typeof shop, "own" | "flaws">, text: string): void {
	const plan = own(text);
	expect(plan).not.toBeNull();
	if (plan !== null) expect(flaws(plan, text)).toEqual([]);
}

describe("a plan of our own", () => {
	test("is sound, over several hops, with what is required and with arguments", () => {
		expectSound(shop, asked);
		const text =
			"query ($of: Int) { products { price(of: $of) shipping shelf } find { ... on Product { shelf stock } } }";
		expectSound(shop, text.replace("price(of: $of)", "_alias_price: price(of: $of)"));
		expect(JSON.stringify(shop.own(text))).toContain('"variableUsages":["of"]');
	});

	test("declares the variables of a fetch, and no text that reads like one", () => {
		const graph = graphOf({
			a: `type Query { e(text: String): E } type E @key(fields: "id") { id: ID! }`,
			b: `input Wish { of: Int } type E @key(fields: "id") { id: ID! wished(wish: Wish!): Int }`,
		});
		const text = 'query ($wish: Wish!) { e(text: "$wish") { wished(wish: $wish) } }';
		expectSound(graph, text);
		const operations = JSON.stringify(graph.own(text)).match(/"operation":"[^{]*/g);
		expect(operations).toEqual(['"operation":"query', '"operation":"query($representations: [_Any!]!, $wish: Wish!)']);
	});

	test("is none where nobody can be asked", () => {
		const lonely = graphOf({
			a: `type Query { e: E } type E @key(fields: "id") { id: ID! }`,
			b: `type E @key(fields: "id", resolvable: false) { id: ID! }`,
		});
		expect(lonely.own("{ e { gone } }")).toBeNull();
	});
});

describe("what the planner gets wrong is seen, and planned without it", () => {
	test("a label that is off, on a field of a union", () => {
		const sdl = (name: string, override: string) => `
			type Query { ${name}: E }
			type E @key(fields: "id") { id: ID! field: U ${override} }
			union U = E`;
		const graph = graphOf({ old: sdl("old", ""), new: sdl("new", '@override(from: "old", label: "moved")') });
		const text = "{ new { field { ... on E { id } } } }";
		expect(graph.flaws(graph.plan(text), text)).toContain("new: E.field is not there");
		expectSound(graph, text);
	});

	test("fields of an interface object that are asked for of the wrong implementation", () => {
		const graph = graphOf({
			home: `
				type Query { any: U }
				interface Node @key(fields: "id") { id: ID! }
				type A implements Node @key(fields: "id") { id: ID! }
				type B implements Node @key(fields: "id") { id: ID! }
				union U = A | B`,
			more: `type Node @key(fields: "id") @interfaceObject { id: ID! one: Int two: [Int]! }`,
		});
		const text = "{ any { ... on A { two } ... on B { one } } }";
		expect(graph.flaws(graph.plan(text), text)).toEqual([
			"/any(B)/two: nobody reads B.two, which takes along what is beside it",
		]);
		expectSound(graph, text);
	});
});
