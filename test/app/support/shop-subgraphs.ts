import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, graphql, parse } from "graphql";
import { createHandler } from "graphql-sse/lib/use/http";
import { useServer } from "graphql-ws/use/ws";
import { WebSocketServer } from "ws";
import { World } from "../../gateway/support/subgraphs.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9",
	import: ["@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible", "@interfaceObject"])\n`;

const products: Readonly<Record<string, { upc: string; name: string; price: number; weight: number }>> = {
	"1": { upc: "1", name: "Table", price: 899, weight: 100 },
	"2": { upc: "2", name: "Couch", price: 1299, weight: 1000 },
	"3": { upc: "3", name: "Chair", price: 54, weight: 50 },
};

/** What each subgraph says of itself. */
export const shopSdl = {
	products: `${link}
		interface Item { upc: String! name: String }
		type Product implements Item @key(fields: "upc") {
			upc: String! name: String price: Int weight: Int secret: String @inaccessible
		}
		type Gift implements Item @key(fields: "upc") { upc: String! name: String wrapping: String }
		union Thing = Product | Gift
		type Query { topProducts(first: Int = 3): [Product] items: [Item] things: [Thing] }`,
	inventory: `${link}
		type Product @key(fields: "upc") {
			upc: String!
			weight: Int @external
			price: Int @external
			inStock: Boolean
			shippingEstimate: Int @requires(fields: "price weight")
			delivery: String @override(from: "reviews")
		}
		type Subscription { stock: Product }`,
	reviews: `${link}
		type Review @key(fields: "id") { id: ID! body: String author: User @provides(fields: "username") product: Product }
		type User @key(fields: "id") { id: ID! username: String @external reviews: [Review] }
		type Product @key(fields: "upc") { upc: String! reviews: [Review] delivery: String }
		type Query { review(id: ID!): Review }
		type Mutation { addReview(upc: String!, body: String!): Review }`,
	accounts: `${link}
		type User @key(fields: "id") { id: ID! name: String username: String @shareable }
		type Query { me: User }
		type Subscription { signIns: User }`,
};

interface Reference {
	readonly upc: string;
	readonly id: string;
	readonly price: number;
	readonly weight: number;
}

/** A shop of four subgraphs, each an HTTP server of its own: GraphQL by POST; subscriptions by server-sent events, of accounts over a WebSocket. */
export class Shop {
	readonly urls: Record<string, string> = {};
	readonly #servers: Server[] = [];
	readonly #reviews = [
		{ id: "r1", body: "Love it!", upc: "1", author: "u1" },
		{ id: "r2", body: "Too expensive.", upc: "1", author: "u2" },
	];
	/** Emits what came into or went out of stock. */
	readonly world = new World();

	async start(): Promise<this> {
		const schemas = this.#schemas();
		for (const [name, schema] of Object.entries(schemas)) {
			this.urls[name] = await this.#serve(schema, name === "accounts" ? "ws" : "sse");
		}
		return this;
	}

	async stop(): Promise<void> {
		for (const server of this.#servers) {
			server.closeAllConnections();
			server.close();
			await once(server, "close");
		}
	}

	#schemas(): Record<string, GraphQLSchema> {
		const build = (name: keyof typeof shopSdl, resolvers: object) =>
			buildSubgraphSchema([{ typeDefs: parse(shopSdl[name]), resolvers: resolvers as never }]);
		const reviewOf = (find: (review: { id: string; upc: string; author: string }) => boolean) =>
			this.#reviews.filter(find).map(({ id, body, upc, author }) => ({
				__typename: "Review",
				id,
				body,
				author: { id: author, username: author === "u1" ? "@ada" : "@alan" },
				product: { upc },
			}));
		const gift = { __typename: "Gift", upc: "g", name: "Gift", wrapping: "paper" };
		const product = (upc: string) => ({ __typename: "Product", ...products[upc] });
		return {
			products: build("products", {
				Query: {
					topProducts: (_: unknown, { first }: { first: number }) => ["1", "2", "3"].slice(0, first).map(product),
					items: () => [product("1"), gift],
					things: () => [gift, product("2")],
				},
				Product: { __resolveReference: ({ upc }: Reference) => product(upc) },
				Gift: { __resolveReference: () => gift },
			}),
			inventory: build("inventory", {
				Product: {
					__resolveReference: (reference: Reference) => reference,
					inStock: ({ upc }: Reference) => upc !== "2",
					delivery: () => "by inventory",
					shippingEstimate: ({ price, weight }: Reference) => (price > 1000 ? 0 : weight / 2),
				},
				Subscription: {
					stock: { subscribe: () => this.world.follow(), resolve: (upc: string) => ({ upc }) },
				},
			}),
			reviews: build("reviews", {
				Query: { review: (_: unknown, { id }: Reference) => reviewOf((review) => review.id === id)[0] ?? null },
				Mutation: {
					addReview: (_: unknown, { upc, body }: { upc: string; body: string }) => {
						const id = `r${this.#reviews.length + 1}`;
						this.#reviews.push({ id, body, upc, author: "u1" });
						return reviewOf((review) => review.id === id)[0];
					},
				},
				Review: { __resolveReference: ({ id }: Reference) => reviewOf((review) => review.id === id)[0] ?? null },
				User: {
					__resolveReference: ({ id }: Reference) => ({ id }),
					reviews: ({ id }: Reference) => reviewOf(({ author }) => author === id),
				},
				Product: {
					__resolveReference: ({ upc }: Reference) => ({ upc }),
					reviews: ({ upc }: Reference) => reviewOf((review) => review.upc === upc),
					delivery: () => "by reviews",
				},
			}),
			accounts: build("accounts", {
				Query: { me: () => ({ id: "u1" }) },
				Subscription: { signIns: { subscribe: () => this.world.follow(), resolve: (id: string) => ({ id }) } },
				User: {
					__resolveReference: ({ id }: Reference) => ({ id }),
					name: ({ id }: Reference) => (id === "u1" ? "Ada" : "Alan"),
					username: ({ id }: Reference) => (id === "u1" ? "@ada" : "@alan"),
				},
			}),
		};
	}

	async #serve(schema: GraphQLSchema, subscriptions: "sse" | "ws"): Promise<string> {
		const events = createHandler({ schema });
		const server = createServer((request, response) => {
			if (request.headers.accept?.includes("text/event-stream") === true) {
				if (subscriptions === "sse") void events(request, response);
				else response.writeHead(406).end();
				return;
			}
			void answer(schema, request).then((result) => {
				response.setHeader("content-type", "application/json");
				response.end(JSON.stringify(result));
			});
		});
		if (subscriptions === "ws") useServer({ schema }, new WebSocketServer({ server, path: "/graphql" }));
		this.#servers.push(server);
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
	}
}

async function answer(schema: GraphQLSchema, request: IncomingMessage) {
	const { query, variables, operationName } = JSON.parse(await text(request));
	return graphql({ schema, source: query, variableValues: variables, operationName });
}
