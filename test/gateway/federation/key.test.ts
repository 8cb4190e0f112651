import { describe, expect, test } from "vitest";
import { federated } from "./federated.ts";

const users = {
	sdl: `
		type Query { user: User users: [User] }
		type User @key(fields: "id") @key(fields: "email") { id: ID email: String! }
	`,
	resolvers: {
		Query: {
			user: () => ({ id: "1", email: "ada@x.org" }),
			users: () => [{ id: "1", email: "ada@x.org" }, { id: null, email: "bob@x.org" }, null],
		},
	},
};

describe("@key", () => {
	test("of several: each subgraph is entered by one that it has", async () => {
		const gateway = await federated({
			users,
			byEmail: {
				sdl: `type User @key(fields: "email") { email: String! mails: Int }`,
				resolvers: {
					User: { __resolveReference: (user: object) => user, mails: ({ email }: { email: string }) => email.length },
				},
			},
			byId: {
				sdl: `type User @key(fields: "id") { id: ID visits: Int }`,
				resolvers: {
					User: { __resolveReference: (user: object) => user, visits: ({ id }: { id: string }) => Number(id) + 1 },
				},
			},
		});
		expect((await gateway.post("{ user { mails visits } }")).data).toEqual({ user: { mails: 9, visits: 2 } });
	});

	test("that is null: the entity cannot be known elsewhere, and only what it would add is missing", async () => {
		const gateway = await federated({
			users,
			byId: {
				sdl: `type User @key(fields: "id") { id: ID visits: Int }`,
				resolvers: {
					User: {
						__resolveReference: ({ id }: { id: string | null }) => (id === null ? null : { id }),
						visits: ({ id }: { id: string }) => Number(id),
					},
				},
			},
		});
		const answer = await gateway.post("{ users { email visits } }");
		expect(answer.data).toEqual({
			users: [{ email: "ada@x.org", visits: 1 }, { email: "bob@x.org", visits: null }, null],
		});
	});

	test("composite and nested, over a bridge that shares one with each side", async () => {
		const gateway = await federated({
			orders: {
				sdl: `
					type Query { order: Order }
					type Order @key(fields: "shop number") { shop: String! number: Int! }
				`,
				resolvers: { Query: { order: () => ({ shop: "s", number: 7 }) } },
			},
			bridge: {
				sdl: `
					type Order @key(fields: "shop number") @key(fields: "parcel { code }") { shop: String! number: Int! parcel: Parcel! }
					type Parcel { code: String! @shareable }
				`,
				resolvers: {
					Order: {
						__resolveReference: ({ shop, number }: { shop: string; number: number }) => ({
							shop,
							number,
							parcel: { code: `${shop}-${number}` },
						}),
					},
				},
			},
			post: {
				sdl: `
					type Order @key(fields: "parcel { code }") { parcel: Parcel! stops: [String!]! }
					type Parcel { code: String! @shareable }
				`,
				resolvers: {
					Order: {
						__resolveReference: (order: object) => order,
						stops: ({ parcel }: { parcel: { code: string } }) => ["hub", parcel.code],
					},
				},
			},
		});
		expect((await gateway.post("{ order { stops } }")).data).toEqual({ order: { stops: ["hub", "s-7"] } });
		expect(gateway.asked().map((text) => text.split(":")[0])).toEqual(["orders", "bridge", "post"]);
	});

	test("in a circle: an entity that refers to its own kind is followed as far as the query goes", async () => {
		const gateway = await federated({
			people: {
				sdl: `type Query { ada: Person } type Person @key(fields: "id") { id: ID! friend: Person }`,
				resolvers: {
					Query: { ada: () => ({ id: "1" }) },
					Person: {
						__resolveReference: (person: object) => person,
						friend: ({ id }: { id: string }) => ({ id: `${id}.1` }),
					},
				},
			},
			names: {
				sdl: `type Person @key(fields: "id") { id: ID! name: String }`,
				resolvers: {
					Person: { __resolveReference: (person: object) => person, name: ({ id }: { id: string }) => `name ${id}` },
				},
			},
		});
		const answer = await gateway.post("{ ada { name friend { name friend { name friend { id name } } } } }");
		expect(answer.data).toEqual({
			ada: {
				name: "name 1",
				friend: { name: "name 1.1", friend: { name: "name 1.1.1", friend: { id: "1.1.1.1", name: "name 1.1.1.1" } } },
			},
		});
	});

	test("of a subgraph that only names the entity is never entered", async () => {
		const gateway = await federated({
			reviews: {
				sdl: `type Query { author: Person } type Person @key(fields: "id", resolvable: false) { id: ID! }`,
				resolvers: { Query: { author: () => ({ id: "1" }) } },
			},
			names: {
				sdl: `type Person @key(fields: "id") { id: ID! name: String }`,
				resolvers: { Person: { __resolveReference: ({ id }: { id: string }) => ({ id, name: "Ada" }) } },
			},
		});
		expect((await gateway.post("{ author { id name } }")).data).toEqual({ author: { id: "1", name: "Ada" } });
	});

	test("`_entities` and `_service` are nothing that clients can ask for", async () => {
		const gateway = await federated({ users });
		for (const query of ["{ _service { sdl } }", "{ _entities(representations: []) { __typename } }"]) {
			expect((await gateway.post(query)).errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
		}
		expect(gateway.asked()).toEqual([]);
	});
});
