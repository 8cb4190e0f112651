import { buildSubgraphSchema } from "@apollo/subgraph";
import { GraphQLError, parse } from "graphql";
import type { LoadedSubgraph } from "../../../gateway/transport/in-process.ts";

type Resolvers = Readonly<Record<string, unknown>>;

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
	"@key", "@shareable", "@requires", "@external", "@interfaceObject", "@inaccessible"
])\n`;

function subgraph(sdl: string, resolvers: Resolvers): LoadedSubgraph {
	const full = link + sdl;
	return { sdl: full, schema: buildSubgraphSchema([{ typeDefs: parse(full), resolvers: resolvers as never }]) };
}

const products = [
	{ __typename: "Product", id: "p1", price: 10, weight: 2, dims: { w: 1, h: 2 }, color: "RED" },
	{ __typename: "Product", id: "p2", price: 20, weight: null, dims: null, color: "SECRET" },
];
const users = [
	{ __typename: "User", id: "u1", name: "Ada", best: products[0] },
	{ __typename: "User", id: "u2", name: "Bob", best: products[0] },
];
const fails = (message: string) => () => {
	throw new GraphQLError(message, { extensions: { code: "CONFLICT" } });
};

const label = ({ id }: { id: string }, { n }: { n: number }) => {
	if (n < 0) throw new GraphQLError("no label", { extensions: { code: "CONFLICT" } });
	return `${id} ${n}`;
};

const code = ({ id }: { id: string }) => {
	if (id === "u2") throw new GraphQLError("no code", { extensions: { code: "CONFLICT" } });
	return `code of ${id}`;
};

/** Prices, users, and what a search finds. */
const catalogue = () =>
	subgraph(
		`
		scalar Long
		input Choice @oneOf { a: Long b: String }
		interface Node { id: ID! }
		union Found = Product | User | Hidden
		type Hidden implements Node @inaccessible { id: ID! }
		type Query {
			products: [Product]
			product(id: ID!): Product
			users: [User!]
			search: [Found]
			nodes: [Node]
			hidden: Found
			concealed: [Node]
			exactly(n: Long): String
			choose(by: Choice!): String
			broken: Int
			mustBe: Int!
		}
		type Mutation { log(text: String!): Product fail: Product }
		type Subscription { changed(id: ID!): Product }
		enum Color { RED SECRET @inaccessible }
		type Product implements Node @key(fields: "id") {
			id: ID! price: Float weight: Float color: Color dims: Dims label(n: Int): String code: String
		}
		type Dims { w: Int h: Int }
		type User implements Node @key(fields: "id") { id: ID! name: String best: Product label(n: Int): String code: String! @shareable }
		`,
		{
			Query: {
				products: () => products,
				product: (_: unknown, { id }: { id: string }) => products.find((product) => product.id === id),
				users: () => users,
				search: () => [products[0], users[0], users[1]],
				nodes: () => [products[1], users[1]],
				hidden: () => ({ __typename: "Hidden", id: "h1" }),
				concealed: () => [{ __typename: "Hidden", id: "h1" }, products[0]],
				exactly: (_: unknown, { n }: { n: unknown }) => String(n),
				choose: (_: unknown, { by }: { by: object }) => JSON.stringify(by),
				broken: fails("broken"),
				mustBe: () => null,
			},
			Mutation: { log: () => products[0], fail: fails("failed") },
			Subscription: {
				changed: {
					async *subscribe() {
						yield { changed: products[0] };
						yield { changed: products[0] };
					},
				},
			},
			Product: {
				__resolveReference: ({ id }: { id: string }) => products.find((product) => product.id === id),
				label,
				code,
			},
			User: { __resolveReference: ({ id }: { id: string }) => users.find((user) => user.id === id), label, code },
			Long: {
				parseLiteral: (node: { value: string }) => node.value,
				parseValue: (value: unknown) => value,
			},
		},
	);

/** What is computed from prices, and reviews. */
const shipping = () => {
	let asked = 0;
	return subgraph(
		`
		type Product @key(fields: "id") {
			id: ID!
			price: Float @external
			weight: Float @external
			dims: Dims @external
			shipping(perKilo: Float = 1): Float @requires(fields: "price weight dims { w }")
			reviews: [Review!]
			stock: Int
			timesAsked: Int
			fragile: Int!
		}
		type Dims { w: Int @external }
		type Review { text: String author: User about: Product }
		type User @key(fields: "id") { id: ID! vip: Boolean! nick: String code: String @shareable }
		type Mutation { count: Product }
		`,
		{
			Product: {
				__resolveReference: (reference: object) => reference,
				shipping: (
					{ price, weight, dims }: { price: number | null; weight: number | null; dims: { w: number } | null },
					{ perKilo }: { perKilo: number },
				) => (price ?? 0) / 10 + (weight ?? 0) * perKilo + (dims?.w ?? 0),
				reviews: ({ id }: { id: string }) =>
					id === "p1"
						? [
								{ text: "good", author: { id: "u1" }, about: { id } },
								{ text: "bad", author: { id: "u2" }, about: { id } },
							]
						: [],
				stock: ({ id }: { id: string }) => {
					if (id === "p1") throw new GraphQLError("no stock", { extensions: { code: "CONFLICT" } });
					return 3;
				},
				fragile: ({ id }: { id: string }) => {
					if (id === "p1") throw new GraphQLError("it broke", { extensions: { code: "CONFLICT" } });
					return 1;
				},
				timesAsked: () => ++asked,
			},
			User: {
				__resolveReference: ({ id }: { id: string }) => (id === "u2" ? null : { id }),
				vip: () => true,
				nick: ({ id }: { id: string }) => `nick of ${id}`,
			},
			Mutation: { count: () => ({ id: "p2" }) },
		},
	);
};

/** Media by type; `ratings` knows them by interface alone. */
const media = () => {
	const all = [
		{ __typename: "Book", id: "m1", title: "A book", pages: 100 },
		{ __typename: "Movie", id: "m2", title: "A movie", minutes: 90 },
	];
	const __resolveReference = ({ id }: { id: string }) => all.find((one) => one.id === id);
	return subgraph(
		`
		interface Media @key(fields: "id") { id: ID! title: String }
		type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int }
		type Movie implements Media @key(fields: "id") { id: ID! title: String minutes: Int }
		type Query { media: [Media] }
		`,
		{
			Query: { media: () => all },
			Media: { __resolveReference },
			Book: { __resolveReference },
			Movie: { __resolveReference },
		},
	);
};

const ratings = () =>
	subgraph(
		`
		type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int }
		type Query { topMedia: [Media] }
		`,
		{
			Query: { topMedia: () => [{ id: "m2" }, { id: "m1" }] },
			Media: {
				__resolveReference: ({ id }: { id: string }) => ({ id }),
				rating: ({ id }: { id: string }) => Number(id.slice(1)),
			},
		},
	);

/** Four subgraphs with most of what Federation 2 has. */
export const shop = () => ({ catalogue: catalogue(), shipping: shipping(), media: media(), ratings: ratings() });
