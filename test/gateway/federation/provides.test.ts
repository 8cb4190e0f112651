import { describe, expect, test } from "vitest";
import { federated } from "./federated.ts";

const authors = {
	sdl: `type Author @key(fields: "id") { id: ID! name: String born: Int }`,
	resolvers: { Author: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `own ${id}`, born: 1815 }) } },
};

describe("@provides", () => {
	test("spares the question to the owner, for the provided fields alone", async () => {
		const gateway = await federated({
			authors,
			books: {
				sdl: `
					type Query { book: Book }
					type Book { author: Author @provides(fields: "name") editor: Author }
					type Author @key(fields: "id") { id: ID! name: String @external }
				`,
				resolvers: {
					Query: { book: () => ({ author: { id: "1", name: "provided" }, editor: { id: "2" } }) },
				},
			},
		});
		expect((await gateway.post("{ book { author { name } } }")).data).toEqual({
			book: { author: { name: "provided" } },
		});
		expect(gateway.asked()).toHaveLength(1);
		const both = await gateway.post("{ book { author { name born } editor { name } } }");
		expect(both.data).toEqual({ book: { author: { name: "provided", born: 1815 }, editor: { name: "own 2" } } });
	});

	test("nested, and on members of a union", async () => {
		const gateway = await federated({
			authors,
			books: {
				sdl: `
					type Query { shelf: Shelf @provides(fields: "first { name }") media: [Medium] @provides(fields: "... on Author { name }") }
					type Shelf @shareable { first: Author }
					union Medium = Author | Film
					type Film { title: String }
					type Author @key(fields: "id") { id: ID! name: String @external }
				`,
				resolvers: {
					Query: {
						shelf: () => ({ first: { id: "1", name: "on the shelf" } }),
						media: () => [
							{ __typename: "Author", id: "1", name: "a medium" },
							{ __typename: "Film", title: "Film" },
						],
					},
				},
			},
		});
		const answer = await gateway.post(
			"{ shelf { first { name } } media { ... on Author { name } ... on Film { title } } }",
		);
		expect(answer.data).toEqual({
			shelf: { first: { name: "on the shelf" } },
			media: [{ name: "a medium" }, { title: "Film" }],
		});
		expect(gateway.asked()).toHaveLength(1);
	});
});
