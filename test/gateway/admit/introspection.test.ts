import { afterEach, describe, expect, it } from "vitest";
import { authenticate, type Running, startGateway } from "../support/gateway.ts";

let running: Running | null = null;
afterEach(async () => {
	await running?.gateway.close();
});

const start = (introspection: "all" | "authenticated" | "none") =>
	startGateway({
		introspection,
		authenticate: async (credentials) => {
			const principal = await authenticate(credentials);
			if (credentials.authorization === null) return principal;
			return { ...principal, credential: { scopes: new Set(), policies: new Set() } };
		},
	});

const known = { authorization: "Bearer alice" };
const asking = [
	"{ __schema { queryType { name } } }",
	'{ ...A } fragment A on Query { __type(name: "Thing") { name } }',
];

describe("introspection", () => {
	it.each([
		["all", true, true, 200],
		["authenticated", false, true, 200],
		["none", false, false, 406],
	] as const)("is served to %s", async (policy, toAll, toKnown, graphiql) => {
		running = await start(policy);
		for (const query of asking) {
			const anonymous = await running.post(query);
			expect(anonymous.errors === undefined).toBe(toAll);
			if (!toAll) {
				expect(anonymous.status).toBe(400);
				expect(anonymous.errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
				expect(anonymous.raw).not.toHaveProperty("data");
			}
			expect((await running.post(query, {}, known)).errors === undefined).toBe(toKnown);
		}
		expect((await running.post("{ __typename served }")).raw).toEqual({ data: { __typename: "Query", served: 1 } });
		const refused = await running.post("{ servd }");
		expect(refused.errors?.[0]?.message.includes("Did you mean")).toBe(policy !== "none");
		const page = await fetch(`${running.url}/graphql`, { headers: { accept: "text/html" } });
		expect(page.status).toBe(graphiql);
	});
});
