import { describe, expect, test } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { federated } from "./federated.ts";

const goods = {
	sdl: `
		type Query { goods: [Good] }
		type Good @key(fields: "id") { id: ID! weight: Int parts: [Part!]! size: Size price: Int! }
		type Part { name: String! count: Int }
		union Size = Box | Tube
		type Box { edge: Int! @shareable }
		type Tube { length: Int! @shareable }
	`,
	resolvers: {
		Query: { goods: () => [{ id: "1" }, { id: "2" }] },
		Good: {
			__resolveReference: (good: object) => good,
			weight: ({ id }: { id: string }) => {
				if (id === "2") throw new FeaturegraphError("STORE_UNAVAILABLE", "The scales are gone.");
				return 5;
			},
			parts: () => [
				{ name: "leg", count: 4 },
				{ name: "top", count: null },
			],
			size: ({ id }: { id: string }) =>
				id === "1" ? { __typename: "Box", edge: 3 } : { __typename: "Tube", length: 9 },
			price: () => 10,
		},
	},
};

const shipping = (fields: string, resolvers: Record<string, unknown>, more = "") => ({
	sdl: `type Good @key(fields: "id") { id: ID! ${fields} } ${more}`,
	resolvers: { Good: { __resolveReference: (good: object) => good, ...resolvers } },
});

describe("@requires", () => {
	test("hands over what the field is computed from, which the client need not ask for", async () => {
		const gateway = await federated({
			goods,
			shipping: shipping(
				`price: Int! @external parts: [Part!]! @external cost(each: Int!): Int @requires(fields: "price parts { name count }")`,
				{
					cost: ({ price, parts }: { price: number; parts: { count: number | null }[] }, { each }: { each: number }) =>
						price + each * parts.reduce((sum, { count }) => sum + (count ?? 1), 0),
				},
				"type Part { name: String! @external count: Int @external }",
			),
		});
		const answer = await gateway.post("query ($each: Int!) { goods { cost(each: $each) twice: cost(each: 2) } }", {
			each: 1,
		});
		expect(answer.data).toEqual({
			goods: [
				{ cost: 15, twice: 20 },
				{ cost: 15, twice: 20 },
			],
		});
	});

	test("with fragments: of an object of a union its own fields", async () => {
		const gateway = await federated({
			goods,
			shipping: shipping(
				`size: Size @external label: String @requires(fields: "size { ... on Box { edge } ... on Tube { length } }")`,
				{ label: ({ size }: { size: object }) => JSON.stringify(size) },
				"union Size = Box | Tube type Box { edge: Int! @shareable } type Tube { length: Int! @shareable }",
			),
		});
		const { data } = await gateway.post("{ goods { label } }");
		const labels = (data?.["goods"] as { label: string }[]).map(({ label }) => JSON.parse(label) as object);
		expect(labels).toMatchObject([{ edge: 3 }, { length: 9 }]);
	});

	test("of a field that itself requires another, in a third subgraph", async () => {
		const gateway = await federated({
			goods,
			taxes: shipping(`price: Int! @external tax: Int @requires(fields: "price")`, {
				tax: ({ price }: { price: number }) => price / 5,
			}),
			totals: shipping(`tax: Int @external price: Int! @external total: Int @requires(fields: "price tax")`, {
				total: ({ price, tax }: { price: number; tax: number }) => price + tax,
			}),
		});
		expect((await gateway.post("{ goods { total } }")).data).toEqual({ goods: [{ total: 12 }, { total: 12 }] });
	});

	test("of one that failed: it is computed from null, and the error says why where that gives nothing", async () => {
		const gateway = await federated({
			goods,
			shipping: shipping(`weight: Int @external cost: Int @requires(fields: "weight")`, {
				cost: ({ weight }: { weight: number | null }) => (weight === null ? null : weight * 2),
			}),
		});
		const answer = await gateway.post("{ goods { cost } }");
		expect(answer.data).toEqual({ goods: [{ cost: 10 }, { cost: null }] });
		expect(answer.errors).toMatchObject([{ path: ["goods", 1, "cost"], extensions: { code: "STORE_UNAVAILABLE" } }]);
	});
});
