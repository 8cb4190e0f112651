import { describe, expect, test } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { federated } from "./federated.ts";

const side = (name: string, member: string) => ({
	sdl: `
		enum Mode { SLOW FAST }
		input Filter { a: Int ${name === "left" ? "onlyLeft: Int" : "onlyRight: Int"} }
		union Found = Both | ${member}
		type Both @shareable { at: String }
		type ${member} { own: String }
		type Query { both: Both @shareable find: [Found] @shareable by(filter: Filter): Int @shareable mode(of: Mode): Mode @shareable ${name}: Int fails: Int @shareable }
	`,
	resolvers: {
		Query: {
			both: () => ({ at: "the same" }),
			find: () => [{ __typename: "Both", at: "the same" }],
			by: (_: unknown, { filter }: { filter?: { a?: number } }) => filter?.a ?? 0,
			mode: (_: unknown, { of }: { of: string }) => of,
			[name]: () => 1,
			fails: () => {
				throw new FeaturegraphError("CONFLICT", "Both sides fail.");
			},
		},
	},
});

describe("@shareable", () => {
	test("a shared root is asked of one subgraph, and of the one that is asked anyway", async () => {
		const gateway = await federated({ left: side("left", "Left"), right: side("right", "Right") });
		expect((await gateway.post("{ both { at } right }")).data).toEqual({ both: { at: "the same" }, right: 1 });
		const asked = gateway.asked();
		expect(asked.filter((text) => text.includes("both"))).toHaveLength(1);
	});

	test("members of a union that one side does not know are not asked of it", async () => {
		const gateway = await federated({ left: side("left", "Left"), right: side("right", "Right") });
		const answer = await gateway.post(
			"{ find { __typename ... on Both { at } ... on Left { own } ... on Right { own } } }",
		);
		expect(answer.errors).toBeUndefined();
		expect(answer.data).toEqual({ find: [{ __typename: "Both", at: "the same" }] });
	});

	test("of inputs clients see what all sides take; of enums in and out what all sides know", async () => {
		const gateway = await federated({ left: side("left", "Left"), right: side("right", "Right") });
		expect((await gateway.post("query ($filter: Filter) { by(filter: $filter) }", { filter: { a: 3 } })).data).toEqual({
			by: 3,
		});
		const refused = await gateway.post("{ by(filter: { onlyLeft: 1 }) }");
		expect(refused.errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
		expect((await gateway.post("{ mode(of: FAST) }")).data).toEqual({ mode: "FAST" });
	});

	test("one that fails is one error", async () => {
		const gateway = await federated({ left: side("left", "Left"), right: side("right", "Right") });
		const answer = await gateway.post("{ left right fails }");
		expect(answer.data).toEqual({ left: 1, right: 1, fails: null });
		expect(answer.errors).toMatchObject([{ path: ["fails"], extensions: { code: "CONFLICT" } }]);
	});
});
