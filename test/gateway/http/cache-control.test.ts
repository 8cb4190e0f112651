import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessSubgraph } from "../../../gateway/transport/in-process.ts";
import { authenticate, type Running, recordingLogger, startGateway } from "../support/gateway.ts";

const hints = `
	extend schema
		@link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@composeDirective"])
		@link(url: "https://caching.example.org/cacheControl/v1.0", import: ["@cacheControl"])
		@composeDirective(name: "@cacheControl")
	enum CacheControlScope { PUBLIC PRIVATE }
	directive @cacheControl(maxAge: Int, scope: CacheControlScope, inheritMaxAge: Boolean) on FIELD_DEFINITION | OBJECT | INTERFACE | UNION
	type Query {
		news: News @cacheControl(maxAge: 60)
		typed: Typed
		unhinted: Int
		broken: Int @cacheControl(maxAge: 60)
	}
	type News { title: String hot: Int @cacheControl(maxAge: 5) mine: Int @cacheControl(maxAge: 30, scope: PRIVATE) author: Author place: Place }
	type Author { name: String }
	type Place @cacheControl(inheritMaxAge: true) { name: String }
	type Typed @cacheControl(maxAge: 120) { name: String }
`;

let running: Running;
beforeAll(async () => {
	const resolvers = {
		Query: {
			news: () => ({ title: "t", hot: 1, mine: 1, author: { name: "a" }, place: { name: "p" } }),
			typed: () => ({ name: "n" }),
			unhinted: () => 1,
			broken: () => {
				throw new Error("broken");
			},
		},
	};
	const schema = buildSubgraphSchema([{ typeDefs: parse(hints), resolvers }]);
	running = await startGateway({
		passedHeaders: ["x-tenant"],
		subgraphs: [inProcessSubgraph("news", () => ({ sdl: hints, schema }), recordingLogger([]))],
		authenticate: async (credentials) => {
			const principal = await authenticate(credentials);
			if (credentials.authorization === null) return principal;
			return { ...principal, credential: { scopes: new Set(), policies: new Set() } };
		},
	});
});
afterAll(() => running.gateway.close());

async function cachingOf(query: string, init: RequestInit = {}): Promise<string | null> {
	const response = await fetch(`${running.url}/graphql?query=${encodeURIComponent(query)}`, init);
	await response.text();
	return response.headers.get("cache-control");
}

describe("Cache-Control", () => {
	it.each([
		["is what the field says", "{ news { title } }", "max-age=60, public"],
		["is that of the strictest field", "{ news { title hot } }", "max-age=5, public"],
		["is private where a field is", "{ news { title mine } }", "max-age=30, private"],
		["is what the type says", "{ typed { name } }", "max-age=120, public"],
		["reaches through fragments", "{ news { ...A } } fragment A on News { ... on News { hot } }", "max-age=5, public"],
		["is inherited where a type says so", "{ news { place { name } } }", "max-age=60, public"],
		["is none where an object has no hint", "{ news { author { name } } }", "no-store"],
		["is none where a root has no hint", "{ news { title } unhinted }", "no-store"],
		["is none for introspection", "{ news { title } __schema { queryType { name } } }", "no-store"],
		["is none for the name of the root alone", "{ __typename }", "no-store"],
		["is none where there are errors", "{ broken }", "no-store"],
		["is none for what is refused", "{ newz }", "no-store"],
	])("%s", async (_, query, expected) => {
		expect(await cachingOf(query)).toBe(expected);
	});

	it("is that of the operation that is named", async () => {
		const query = "query A { news { title } } query B { news { hot } }";
		const response = await fetch(`${running.url}/graphql?operationName=B&query=${encodeURIComponent(query)}`);
		expect(response.headers.get("cache-control")).toBe("max-age=5, public");
		expect(response.headers.get("vary")).toContain("authorization");
	});

	it("names all that the answer may depend on, the headers among it that subgraphs see", async () => {
		const response = await fetch(`${running.url}/graphql?query=${encodeURIComponent("{ news { title } }")}`);
		expect(response.headers.get("cache-control")).toBe("max-age=60, public");
		expect(response.headers.get("vary")).toBe("accept, authorization, origin, x-tenant");
	});

	it("is private for whoever brings credentials", async () => {
		expect(await cachingOf("{ news { title } }", { headers: { authorization: "Bearer alice" } })).toBe(
			"max-age=60, private",
		);
	});

	it.each(["plan", "execute"])("is none for an explanation: %s", async (mode) => {
		expect(await cachingOf("{ news { title } }", { headers: { "x-featuregraph-explain": mode } })).toBe("no-store");
	});

	it("is none for a POST", async () => {
		expect((await running.post("{ news { title } }")).headers.get("cache-control")).toBe("no-store");
	});
});
