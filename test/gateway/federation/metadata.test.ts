import { describe, expect, test } from "vitest";
import { federated } from "./federated.ts";

describe("directives that only speak of the schema", () => {
	test("@tag and composed directives change no answer, and are in the supergraph", async () => {
		const gateway = await federated({
			one: {
				sdl: `
					extend schema @link(url: "https://example.org/marks/v1.0", import: ["@mark"]) @composeDirective(name: "@mark")
					directive @mark(as: String!) on FIELD_DEFINITION
					type Query { a: Int @tag(name: "internal") @mark(as: "first") }
				`,
				resolvers: { Query: { a: () => 1 } },
			},
			two: { sdl: "type Query { b: Int }", resolvers: { Query: { b: () => 2 } } },
		});
		expect((await gateway.post("{ a b }")).data).toEqual({ a: 1, b: 2 });
		const supergraph = gateway.gateway.supergraphSdl() ?? "";
		expect(supergraph).toMatch(/@tag\(name: "internal"\)/);
		expect(supergraph).toMatch(/@mark\(as: "first"\)/);
	});
});
