import { describe, expect, test } from "vitest";
import { CompositionError, compose } from "../../../schema/compose.ts";
import { readSupergraph } from "../../../schema/read-supergraph.ts";
import { federated } from "./federated.ts";

const link =
	'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@requires", ' +
	'"@external", "@requiresScopes", "@context", "@fromContext"])\n';

/** Why subgraphs do not compose. */
function reasonsOf(subgraphs: Readonly<Record<string, string>>): readonly string[] {
	try {
		compose(Object.entries(subgraphs).map(([name, sdl]) => ({ name, sdl: link + sdl })));
		return [];
	} catch (error) {
		if (!(error instanceof CompositionError)) throw error;
		return error.reasons;
	}
}

const reference = (entity: object) => entity;

describe("subgraphs of Federation 1", () => {
	const users = {
		sdl: `type Query { me: User } type User @key(fields: "id") { id: ID! name: String }`,
		resolvers: { Query: { me: () => ({ id: "1", name: "Ada" }) } },
		federation: 1,
	} as const;
	const reviews = {
		sdl: `
			extend type User @key(fields: "id") {
				id: ID! @external
				name: String @external
				reviews: [Review]
				greeting: String @requires(fields: "name")
			}
			type Review { text: String }
			extend type Query { last: Review }
		`,
		resolvers: {
			Query: { last: () => ({ text: "fine" }) },
			User: {
				__resolveReference: reference,
				reviews: ({ id }: { id: string }) => [{ text: `by ${id}` }],
				greeting: ({ name }: { name: string }) => `Hello ${name}`,
			},
		},
		federation: 1,
	} as const;

	test("that extend types of others", async () => {
		const gateway = await federated({ users, reviews });
		const answer = await gateway.post("{ me { name greeting reviews { text } } last { text } }");
		expect(answer.errors).toBeUndefined();
		expect(answer.data).toEqual({
			me: { name: "Ada", greeting: "Hello Ada", reviews: [{ text: "by 1" }] },
			last: { text: "fine" },
		});
	});

	test("stand beside those of Federation 2", async () => {
		const ages = {
			sdl: `type User @key(fields: "id") { id: ID! age: Int }`,
			resolvers: { User: { __resolveReference: reference, age: () => 36 } },
		};
		const gateway = await federated({ users, reviews, ages });
		expect((await gateway.post("{ me { age greeting } }")).data).toEqual({ me: { age: 36, greeting: "Hello Ada" } });
	});

	test("composed by Federation 1 are refused by name", () => {
		const supergraph = `
			directive @join__owner(graph: join__Graph!) on OBJECT
			enum join__Graph { USERS }
			type Query { me: String }
		`;
		expect(() => readSupergraph(supergraph)).toThrow(/composed by Federation 1/);
	});
});

describe("what only the whole graph shows", () => {
	test("a node whose type only some subgraphs know as a node", async () => {
		const account = { __typename: "Account", id: "a1", owner: "Ada" };
		const chat = { __typename: "Chat", id: "c1", text: "hello" };
		const gateway = await federated({
			accounts: {
				sdl: `
					type Query { node(id: ID!): Node }
					interface Node { id: ID! }
					type Account implements Node @key(fields: "id") { id: ID! owner: String }
					type Chat implements Node @key(fields: "id") { id: ID! }
				`,
				resolvers: {
					Query: {
						node: (_: unknown, { id }: { id: string }) => [account, chat].find((node) => node.id === id) ?? null,
					},
					Node: { __resolveType: ({ __typename }: { __typename: string }) => __typename },
				},
			},
			chats: {
				sdl: `
					type Chat @key(fields: "id") { id: ID! text: String account: Account }
					type Account @key(fields: "id") { id: ID! chats: [Chat] }
				`,
				resolvers: {
					Chat: { __resolveReference: () => chat, account: () => ({ id: "a1" }) },
					Account: { __resolveReference: reference, chats: () => [chat] },
				},
			},
		});
		const query = `query ($id: ID!) {
			node(id: $id) { id __typename ... on Account { owner chats { text } } ... on Chat { text account { owner } } }
		}`;
		expect((await gateway.post(query, { id: "a1" })).data).toEqual({
			node: { id: "a1", __typename: "Account", owner: "Ada", chats: [{ text: "hello" }] },
		});
		const other = await gateway.post(query, { id: "c1" });
		expect(other.data).toMatchObject({ node: { id: "c1", __typename: "Chat", text: "hello" } });
		expect((await gateway.post(query, { id: "nonsense" })).data).toEqual({ node: null });
		expect((await gateway.post(query, { id: "nonsense" })).errors).toBeUndefined();
	});

	test("a part of a value without a key is asked for by the entity around it", async () => {
		const gateway = await federated({
			products: {
				sdl: `
					type Query { product: Product }
					type Product @key(fields: "id") { id: ID! category: Category @shareable }
					type Category { name: String @shareable }
				`,
				resolvers: {
					Query: { product: () => ({ id: "p" }) },
					Product: { __resolveReference: reference, category: () => ({ name: "toys" }) },
				},
			},
			details: {
				sdl: `
					type Product @key(fields: "id") { id: ID! category: Category @shareable }
					type Category { name: String @shareable details: String }
				`,
				resolvers: {
					Product: { __resolveReference: reference, category: () => ({ name: "toys", details: "for all ages" }) },
				},
			},
		});
		expect((await gateway.post("{ product { category { name details } } }")).data).toEqual({
			product: { category: { name: "toys", details: "for all ages" } },
		});
	});

	test("a value of an enum that clients do not see is null, with an error that does not name it", async () => {
		const side = (name: string, only: string) => ({
			sdl: `
				type Query { ${name}(by: Rank): [Rank] }
				enum Rank { LOW HIGH ${only} }
			`,
			resolvers: { Query: { [name]: () => ["LOW", "SECRET", "HIGH"] } },
		});
		const gateway = await federated({
			left: side("left", "SECRET @inaccessible"),
			right: side("right", "SECRET @inaccessible"),
		});
		const answer = await gateway.post("{ left right }");
		expect(answer.data).toEqual({ left: ["LOW", null, "HIGH"], right: ["LOW", null, "HIGH"] });
		expect(answer.errors?.map(({ path }) => path)).toEqual([
			["left", 1],
			["right", 1],
		]);
		expect(JSON.stringify(answer.errors)).not.toContain("SECRET");
		expect((await gateway.post("{ left(by: SECRET) }")).errors?.[0]?.extensions["code"]).toBe(
			"GRAPHQL_VALIDATION_FAILED",
		);
	});

	test("PageInfo that each subgraph shares; one that does not is refused by name", async () => {
		const list = (name: string, shared: string) => `
			type Query { ${name}: ${name}Connection }
			type ${name}Connection { pageInfo: PageInfo! }
			type PageInfo ${shared} { hasNextPage: Boolean! endCursor: String }
		`;
		const resolvers = (name: string, endCursor: string) => ({
			Query: { [name]: () => ({ pageInfo: { hasNextPage: false, endCursor } }) },
		});
		const gateway = await federated({
			left: { sdl: list("left", "@shareable"), resolvers: resolvers("left", "l") },
			right: { sdl: list("right", "@shareable"), resolvers: resolvers("right", "r") },
		});
		expect((await gateway.post("{ left { pageInfo { endCursor } } right { pageInfo { endCursor } } }")).data).toEqual({
			left: { pageInfo: { endCursor: "l" } },
			right: { pageInfo: { endCursor: "r" } },
		});
		const reasons = reasonsOf({ left: list("left", "@shareable"), right: list("right", "") });
		expect(reasons.join()).toMatch(/PageInfo\.(hasNextPage|endCursor)/);
		expect(reasons.join()).toContain("right");
	});

	test("an argument from a context is refused by name, and not left empty", () => {
		const posts = `
			type Query { me: User }
			type User @key(fields: "id") @context(name: "user") { id: ID! locale: String post: Post }
			type Post @key(fields: "id") { id: ID! text(locale: String @fromContext(field: "$user { locale }")): String }
		`;
		expect(reasonsOf({ posts }).join()).toMatch(/Post\.text has an argument with @fromContext/);
		const supergraph = `
			enum join__Graph { A @join__graph(name: "a", url: "http://a") }
			type Query { text(locale: String): String @join__field(graph: A, contextArguments: []) }
		`;
		expect(() => readSupergraph(supergraph)).toThrow(/Query\.text has an argument with @fromContext/);
	});

	test("a field that requires a scoped one without its scope does not compose", () => {
		const accounts = `
			type Query { account: Account }
			type Account @key(fields: "id") { id: ID! balance: Int @requiresScopes(scopes: [["money:read"]]) }
		`;
		const loans = (scopes: string) => `
			type Account @key(fields: "id") { id: ID! balance: Int @external limit: Int @requires(fields: "balance") ${scopes} }
		`;
		expect(reasonsOf({ accounts, loans: loans("") }).join()).toContain("Account.limit");
		expect(reasonsOf({ accounts, loans: loans('@requiresScopes(scopes: [["money:read"]])') })).toEqual([]);
	});
});
