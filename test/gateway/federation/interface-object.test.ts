import { describe, expect, test } from "vitest";
import { federated } from "./federated.ts";

const media: Record<
	string,
	{ readonly __typename: string; readonly id: string; readonly pages?: number; readonly minutes?: number }
> = {
	b: { __typename: "Book", id: "b", pages: 100 },
	f: { __typename: "Film", id: "f", minutes: 90 },
};
const catalogue = {
	sdl: `
		type Query { media: [Media!]! }
		interface Media @key(fields: "id") { id: ID! }
		type Book implements Media @key(fields: "id") { id: ID! pages: Int }
		type Film implements Media @key(fields: "id") { id: ID! minutes: Int }
	`,
	resolvers: {
		Query: { media: () => Object.values(media) },
		Media: {
			__resolveType: ({ __typename }: { __typename: string }) => __typename,
			__resolveReference: ({ id }: { id: string }) => media[id] ?? null,
		},
		Book: { __resolveReference: ({ id }: { id: string }) => media[id] ?? null },
		Film: { __resolveReference: ({ id }: { id: string }) => media[id] ?? null },
	},
};
const reviews = {
	sdl: `
		type Query { best: Media lost: Media }
		type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int! }
	`,
	resolvers: {
		Query: { best: () => ({ id: "f" }), lost: () => ({ id: "gone" }) },
		Media: { __resolveReference: (medium: object) => medium, stars: ({ id }: { id: string }) => (id === "b" ? 5 : 3) },
	},
};

describe("@interfaceObject", () => {
	test("adds a field to all implementations, through the interface and through each of them", async () => {
		const gateway = await federated({ catalogue, reviews });
		const answer = await gateway.post(
			"{ media { __typename stars ... on Book { pages } ... on Film { minutes again: stars } } }",
		);
		expect(answer.data).toEqual({
			media: [
				{ __typename: "Book", stars: 5, pages: 100 },
				{ __typename: "Film", stars: 3, minutes: 90, again: 3 },
			],
		});
	});

	test("what it returns gets its type where the type is known", async () => {
		const gateway = await federated({ catalogue, reviews });
		const answer = await gateway.post("{ best { __typename stars ... on Film { minutes } ... on Book { pages } } }");
		expect(answer.data).toEqual({ best: { __typename: "Film", stars: 3, minutes: 90 } });
		expect((await gateway.post("{ best { id stars } }")).data).toEqual({ best: { id: "f", stars: 3 } });
		expect(gateway.asked().at(-1)).toContain("reviews");
	});

	test("requires fields of the interface that others have", async () => {
		const ranks = {
			sdl: `
				type Media @key(fields: "id") @interfaceObject {
					id: ID! stars: Int! @external title: String @external rank: String @requires(fields: "stars title")
				}
			`,
			resolvers: {
				Media: {
					__resolveReference: (medium: object) => medium,
					rank: ({ stars, title }: { stars?: number; title?: string }) => `${title}: ${"*".repeat(stars ?? 0)}`,
				},
			},
		};
		const titled = {
			sdl: catalogue.sdl.replaceAll("id: ID!", "id: ID! title: String"),
			resolvers: {
				...catalogue.resolvers,
				Book: { ...catalogue.resolvers.Book, title: () => "A book" },
				Film: { ...catalogue.resolvers.Film, title: () => "A film" },
			},
		};
		const gateway = await federated({ catalogue: titled, reviews, ranks });
		const answer = await gateway.post("{ media { rank ... on Book { pages } } best { rank } }");
		expect(answer.errors).toBeUndefined();
		expect(answer.data).toEqual({
			media: [{ rank: "A book: *****", pages: 100 }, { rank: "A film: ***" }],
			best: { rank: "A film: ***" },
		});
	});

	test("one whose type nobody knows is missing, with an error", async () => {
		const gateway = await federated({ catalogue, reviews });
		const answer = await gateway.post("{ lost { __typename stars } best { stars } }");
		expect(answer.data).toEqual({ lost: null, best: { stars: 3 } });
		expect(answer.errors?.map(({ path }) => path?.[0])).toEqual(["lost"]);
	});
});
