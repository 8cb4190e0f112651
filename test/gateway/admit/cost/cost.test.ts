import fc from "fast-check";
import { buildSchema, getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { compileCosts, refuseCostly } from "../../../../gateway/admit/cost/cost-limit.ts";
import { readCostModel } from "../../../../gateway/admit/cost/cost-model.ts";
import { compose } from "../../../../schema/compose.ts";

const sdl = `
	extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@cost", "@listSize"])
	type Query {
		book(id: ID): Book
		books(first: Int, last: Int): [Book] @listSize(slicingArguments: ["first", "last"])
		some(first: Int = 7): [Book] @listSize(slicingArguments: ["first"], requireOneSlicingArgument: false)
		assumed(first: Int): [Book] @listSize(assumedSize: 3, slicingArguments: ["first"], requireOneSlicingArgument: false)
		shelf(first: Int! = 5): BookConnection
			@listSize(slicingArguments: ["first"], sizedFields: ["edges"], requireOneSlicingArgument: false)
		unsaid: [Book]
		byIds(ids: [ID!]!): [Book]
		filtered(tags: [String!]): [Book]
		limited(limit: Int): [Book]
		relay(first: Int = 3, last: Int): Relay
		node: Node
		search(by: Filter, kind: Kind, score: Score): Book @cost(weight: 5)
		table: [[Book]]
	}
	type Mutation { write(id: ID): Book }
	interface Node { id: ID author: Author }
	type Book implements Node @key(fields: "id") { id: ID title: String author: Author heavy: Int @cost(weight: 40) kind: Kind }
	type Author { name: String books(first: Int!): [Book] @listSize(slicingArguments: ["first"]) }
	type BookConnection { edges: [BookEdge!]! total: Int }
	type Relay { nodes: [Book] others: [Book] }
	type BookEdge { node: Book }
	input Filter { text: String @cost(weight: 2) all: [Filter!] plain: Int }
	enum Kind @cost(weight: 4) { NOVEL POEM }
	scalar Score @cost(weight: 6)
`;
const { supergraphSdl, publicSdl } = compose([{ name: "library", sdl }]);
const rules = { schema: buildSchema(publicSdl), model: readCostModel(supergraphSdl), assumedListSize: 10 };

/** The estimate, as the refusal names it. */
function costOf(text: string, variables: Record<string, unknown> = {}): number {
	const message = refusalOf(text, variables, -1);
	return Number(/to cost (\d+)/.exec(message)?.[1]);
}

function refusalOf(text: string, variables: Record<string, unknown>, limit: number): string {
	const document = parse(text);
	try {
		compileCosts(rules, document, limit);
		const operation = getOperationAST(document);
		if (operation == null) throw new Error("no operation");
		refuseCostly(operation, variables);
	} catch (error) {
		return error instanceof Error ? error.message : String(error);
	}
	return "admitted";
}

describe("the cost of an operation", () => {
	it.each([
		["an object counts one, a leaf nothing", "{ book { id title } }", 1],
		["objects below it count", "{ book { author { name } } }", 2],
		["a weight replaces what a field counts", "{ book { heavy } }", 41],
		["a weight of a type counts for its fields", "{ book { kind } }", 5],
		["a slicing argument says how many there are", "{ books(first: 20) { author { name } } }", 40],
		["a default of a slicing argument counts", "{ some { id } }", 7],
		["assumedSize is for where no argument says it", "{ assumed { id } }", 3],
		["an argument comes before assumedSize", "{ assumed(first: 8) { id } }", 8],
		["sizedFields size the lists below", "{ shelf(first: 20) { total edges { node { id } } } }", 1 + 20 * 2],
		[
			"sizedFields reach through fragments",
			"{ shelf { ...F } } fragment F on BookConnection { edges { node { id } } }",
			11,
		],
		["a list of which nothing is said holds ten", "{ unsaid { author { name } } }", 20],
		["a look-up holds as many as it names", '{ byIds(ids: ["1", "2", "3"]) { id } }', 3],
		["a filter is no look-up", '{ filtered(tags: ["a"]) { id } }', 10],
		["a limit is one without a directive", "{ limited(limit: 30) { id } }", 30],
		["a page is one without a directive", "{ relay(last: 20) { nodes { id } others { id } } }", 1 + 20 + 10],
		["a list of lists multiplies", "{ table { id } }", 100],
		["nested lists multiply", "{ books(first: 10) { author { books(first: 30) { id } } } }", 10 * (2 + 30)],
		["an interface counts like an object", "{ node { id author { name } } }", 2],
		["a mutation costs ten more", "mutation { write { id } }", 11],
		["arguments have weights", '{ search(by: {text: "a", plain: 1, all: [{text: "b"}, {plain: 2}]}) { id } }', 5 + 4],
		["enums and scalars as arguments have weights", "{ search(kind: POEM, score: 1) { id } }", 5 + 4 + 6],
		["what is skipped is free", "{ book { id } unsaid @skip(if: true) { id } }", 1],
		["introspection is free", "{ __typename __schema { types { name } } }", 0],
		["fragments count where they are spread", "{ ...A ...A } fragment A on Query { unsaid { id } }", 20],
		["a negative slice is none", "{ books(first: -5) { id } }", 0],
	])("%s", (_, text, cost) => {
		expect(costOf(text)).toBe(cost);
	});

	it("of what depends on variables is known with them", () => {
		const text =
			"query ($n: Int, $ids: [ID!]! = [1], $not: Boolean! = false) { books(first: $n) { id } byIds(ids: $ids) @skip(if: $not) { id } }";
		expect(costOf(text, { n: 30 })).toBe(31);
		expect(costOf(text, { n: 30, ids: ["1", "2"] })).toBe(32);
		expect(costOf(text, { n: 30, ids: ["1", "2"], not: true })).toBe(30);
	});

	it("reads nothing but the operation's own variables", () => {
		expect(costOf("query ($constructor: Int) { assumed(first: $constructor) { id } }", {})).toBe(3);
		expect(
			costOf(
				"query ($__proto__: Int) { assumed(first: $__proto__) { id } }",
				JSON.parse('{"__proto__": 5}') as Record<string, unknown>,
			),
		).toBe(5);
	});

	it("asks for exactly one slicing argument", () => {
		for (const text of ["{ books { id } }", "{ books(first: 1, last: 1) { id } }"]) {
			expect(refusalOf(text, {}, 100)).toContain("`Query.books` takes exactly one of `first`, `last`");
		}
		expect(refusalOf("query ($n: Int) { books(first: $n) { id } }", {}, 100)).toContain("exactly one");
		expect(refusalOf("query ($n: Int) { books(first: $n, last: 2) { id } }", {}, 100)).toBe("admitted");
	});

	it("names the estimate, the limit and the costliest field where it is refused", () => {
		const text = "query ($n: Int) { book { heavy } list: books(first: $n) { author { books(first: 50) { id } } } }";
		expect(refusalOf(text, { n: 100 }, 1000)).toBe(
			"The operation is estimated to cost 5241, most of it for `list.author.books`; the limit is 1000.",
		);
		expect(refusalOf(text, { n: 10 }, 1000)).toBe("admitted");
		expect(refusalOf("{ books(first: 2000) { id } }", {}, 1000)).toContain("cost 2000, most of it for `books`");
	});

	it("does not overflow", () => {
		const levels = 18;
		const text = `{ books(first: 2147483647) { ${"author { books(first: 2147483647) { ".repeat(levels)}id${" } }".repeat(levels)} } }`;
		expect(refusalOf(text, {}, 1000)).toContain("more than can be counted");
	});

	it("is the same whether a value stands in the document or in a variable", () => {
		const size = fc.integer({ min: 0, max: 200 });
		fc.assert(
			fc.property(
				size,
				size,
				fc.array(fc.string({ unit: "grapheme-ascii" }), { maxLength: 5 }),
				fc.boolean(),
				(n, m, ids, skip) => {
					const body = (a: string, b: string, c: string, d: string) =>
						`books(first: ${a}) { author @skip(if: ${d}) { books(first: ${b}) { heavy } } } byIds(ids: ${c}) { ...F } shelf(first: ${b}) @include(if: ${d}) { edges { node { id } } }`;
					const fragment = "fragment F on Book { author { name } kind }";
					const inline = `{ ${body(String(n), String(m), JSON.stringify(ids), String(skip))} } ${fragment}`;
					const open = `query ($a: Int, $b: Int!, $c: [ID!]!, $d: Boolean!) { ${body("$a", "$b", "$c", "$d")} } ${fragment}`;
					expect(costOf(open, { a: n, b: m, c: ids, d: skip })).toBe(costOf(inline));
				},
			),
			{ numRuns: 200 },
		);
	});
});

describe("the cost of reads of features", () => {
	const features = buildSchema(`
		scalar EntityRow scalar FeatureRef
		type Query { onlineFeatures(select: Select!, entities: [EntityRow!]!): Frame }
		input Select @oneOf { features: [FeatureRef!] featureService: String }
		type Frame { rowCount: Int }
	`);
	const estimate = (select: object, rows: number) => {
		const document = parse(
			"query ($s: Select!, $e: [EntityRow!]!) { onlineFeatures(select: $s, entities: $e) { rowCount } }",
		);
		const operation = getOperationAST(document);
		if (operation == null) throw new Error("no operation");
		try {
			compileCosts({ ...rules, schema: features }, document, 0);
			refuseCostly(operation, { s: select, e: Array.from({ length: rows }, (_, i) => ({ airport: String(i) })) });
		} catch (error) {
			return Number(/to cost (\d+)/.exec(String(error))?.[1]);
		}
		return 0;
	};

	it("is rows times features, a value far cheaper than an object", () => {
		expect(estimate({ features: Array.from({ length: 100 }, (_, i) => `view:f${i}`) }, 1000)).toBe(1001);
		expect(estimate({ features: ["view:*"] }, 1000)).toBe(201);
		expect(estimate({ featureService: "model" }, 500)).toBe(101);
	});
});
