import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway();
	await running.post("{ served }");
});
afterAll(() => running.gateway.close());

const doubling = (levels: number) =>
	[
		"{ thing(id: 1) { ...F0 } }",
		...Array.from({ length: levels }, (_, i) => `fragment F${i} on Thing { ...F${i + 1} ...F${i + 1} }`),
		`fragment F${levels} on Thing { name }`,
	].join(" ");
const nested = (levels: number) => `${"{ thing(id: 1) ".repeat(levels)}{ name }${" }".repeat(levels)}`;

const hostile: readonly (readonly [string, string, string])[] = [
	[
		"a cycle of fragments",
		"{ things { ...A } } fragment A on Thing { ...B } fragment B on Thing { ...A }",
		"GRAPHQL_VALIDATION_FAILED",
	],
	["a fragment that spreads itself", "{ things { ...A } } fragment A on Thing { ...A }", "GRAPHQL_VALIDATION_FAILED"],
	["a fragment bomb of 20 levels", doubling(20), "QUERY_TOO_COMPLEX"],
	["a fragment bomb of 60 levels", doubling(60), "QUERY_TOO_COMPLEX"],
	["an alias flood", `{ ${Array.from({ length: 200 }, (_, i) => `a${i}: served`).join(" ")} }`, "QUERY_TOO_COMPLEX"],
	["a flood of equal fields", `{ ${"served ".repeat(5000)} }`, "QUERY_TOO_COMPLEX"],
	["a directive flood", `{ served ${"@include(if: true) ".repeat(60)} }`, "QUERY_TOO_COMPLEX"],
	["deep nesting", nested(100), "QUERY_TOO_COMPLEX"],
	["nesting past any stack", "{a".repeat(100_000), "QUERY_TOO_COMPLEX"],
	["a list value nested past any stack", `{ choose(by: ${"[".repeat(50_000)}`, "QUERY_TOO_COMPLEX"],
	["a defer", "{ thing(id: 1) { ... @defer { name } } }", "GRAPHQL_VALIDATION_FAILED"],
	["a stream", "{ things @stream { name } }", "GRAPHQL_VALIDATION_FAILED"],
	[
		"the entities of federation",
		'{ _entities(representations: [{__typename: "Thing", id: "1"}]) { __typename } }',
		"GRAPHQL_VALIDATION_FAILED",
	],
	["the service of federation", "{ _service { sdl } }", "GRAPHQL_VALIDATION_FAILED"],
	[
		"nested introspection",
		"{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }",
		"GRAPHQL_VALIDATION_FAILED",
	],
	["a definition of a type", "type Query { a: Int } query { served }", "GRAPHQL_VALIDATION_FAILED"],
	["two operations without a name", "query A { served } query B { served }", "BAD_USER_INPUT"],
	["an operation that is not there", "", "BAD_USER_INPUT"],
	["what is not GraphQL", "{ served", "GRAPHQL_PARSE_FAILED"],
	["an unknown field", "{ servd }", "GRAPHQL_VALIDATION_FAILED"],
	["both sides of a oneOf", "{ choose(by: {a: 1, b: 2}) }", "GRAPHQL_VALIDATION_FAILED"],
];

describe("hostile documents", () => {
	it.each(hostile)("refuses %s", async (_, query, code) => {
		const begun = process.cpuUsage();
		const answer = await running.post(query);
		const { user, system } = process.cpuUsage(begun);
		expect(answer.errors?.[0]?.extensions["code"]).toBe(code);
		expect(answer.status).toBe(400);
		expect(answer.raw).not.toHaveProperty("data");
		// The work that it cost, not the time that passed: a busy machine does not count.
		expect((user + system) / 1000).toBeLessThan(250);
		const again = await running.post(query);
		expect(again.raw).toEqual(answer.raw);
	});

	it("is alive after all of them", async () => {
		expect((await running.post("{ served }")).raw).toEqual({ data: { served: 1 } });
	});
});

describe("limits", () => {
	it("admit the introspection of GraphiQL", async () => {
		const query = getIntrospectionQuery({
			schemaDescription: true,
			inputValueDeprecation: true,
			specifiedByUrl: true,
			directiveIsRepeatable: true,
			oneOf: true,
		});
		const answer = await running.post(query);
		expect(answer.errors).toBeUndefined();
		const text = JSON.stringify(answer.data);
		expect(text).toContain('"Thing"');
		for (const hidden of ["_Entity", "_entities", "_service", "join__"]) expect(text).not.toContain(hidden);
	});

	it("refuse both sides of a oneOf in variables", async () => {
		const answer = await running.post("query ($by: Choice!) { choose(by: $by) }", { by: { a: 1, b: 2 } });
		expect(answer.errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
		expect(answer.raw).not.toHaveProperty("data");
	});

	it("admit what stands exactly at them", async () => {
		const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: served`).join(" ")} }`;
		expect((await running.post(aliases(15))).errors).toBeUndefined();
		expect((await running.post(aliases(16))).errors?.[0]?.extensions["code"]).toBe("QUERY_TOO_COMPLEX");
	});

	it("keep the cache of good documents apart from that of refused ones", async () => {
		const small = await startGateway({ limits: { cachedDocuments: 10 } });
		try {
			for (let i = 0; i < 100; i++) await small.post(`{ unknown${i} }`);
			expect((await small.post("{ served }")).raw).toEqual({ data: { served: 1 } });
		} finally {
			await small.gateway.close();
		}
	});
});
