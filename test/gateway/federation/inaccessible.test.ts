import { describe, expect, test } from "vitest";
import { federated } from "./federated.ts";

const subgraphs = {
	people: {
		sdl: `
			type Query { person: Person any: Any }
			type Person @key(fields: "secret") { secret: ID! @inaccessible name: String }
			union Any = Person | Hidden
			type Hidden @inaccessible { x: Int }
		`,
		resolvers: {
			Query: { person: () => ({ secret: "s", name: "Ada" }), any: () => ({ __typename: "Hidden", x: 1 }) },
		},
	},
	ages: {
		sdl: `type Person @key(fields: "secret") { secret: ID! age: Int }`,
		resolvers: {
			Person: {
				__resolveReference: (person: object) => person,
				age: ({ secret }: { secret: string }) => secret.length,
			},
		},
	},
};

describe("@inaccessible", () => {
	test("hides from clients what subgraphs still know entities by", async () => {
		const gateway = await federated(subgraphs);
		expect((await gateway.post("{ person { name age } }")).data).toEqual({ person: { name: "Ada", age: 1 } });
		const refused = await gateway.post("{ person { secret } }");
		expect(refused.errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
		const schema = await gateway.post(
			'{ __type(name: "Person") { fields { name } } hidden: __type(name: "Hidden") { name } }',
		);
		expect(schema.data).toEqual({ __type: { fields: [{ name: "age" }, { name: "name" }] }, hidden: null });
	});

	test("an object of a hidden type is null, its name untold", async () => {
		const gateway = await federated(subgraphs);
		const answer = await gateway.post("{ any { __typename } }");
		expect(answer.data).toEqual({ any: null });
		expect(JSON.stringify(answer.raw)).not.toContain("Hidden");
	});
});
