import { describe, expect, test } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { federated } from "./federated.ts";

describe("mutations over subgraphs", () => {
	test("run in the order of the document; each is complete before the next; one that fails erases no other", async () => {
		let count = 0;
		const counter = (name: string) => ({
			sdl: `
				type Query { ${name}: Int }
				type Mutation { add_${name}(by: Int!): Counter fail_${name}: Counter }
				type Counter @key(fields: "id") { id: ID! ${name === "left" ? "count: Int" : ""} }
			`,
			resolvers: {
				Query: { [name]: () => 1 },
				Mutation: {
					[`add_${name}`]: (_: unknown, { by }: { by: number }) => {
						count += by;
						return { id: "c" };
					},
					[`fail_${name}`]: () => {
						throw new FeaturegraphError("CONFLICT", "It failed.");
					},
				},
				Counter: { __resolveReference: () => ({ id: "c" }), count: () => count },
			},
		});
		const gateway = await federated({ left: counter("left"), right: counter("right") });
		const answer = await gateway.post(
			"mutation { a: add_right(by: 1) { count } b: add_right(by: 10) { count } f: fail_left { count } c: add_left(by: 100) { count } }",
		);
		expect(answer.data).toEqual({ a: { count: 1 }, b: { count: 11 }, f: null, c: { count: 111 } });
		expect(answer.errors).toMatchObject([{ path: ["f"], extensions: { code: "CONFLICT" } }]);
	});
});
