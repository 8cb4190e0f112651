import { describe, expect, test } from "vitest";
import type { Credential } from "../../../core/ports/principal.ts";
import { permissions } from "../../../core/ports/principal.ts";
import type { Authenticate } from "../../../core/ports/subgraph.ts";
import { federated } from "./federated.ts";

/** `Bearer NAME scope:a policy:b` says what the credential holds. */
const authenticate: Authenticate = async ({ authorization }) => {
	const [id = "anonymous", ...held] = (authorization ?? "").replace("Bearer ", "").split(" ");
	const of = (kind: string) =>
		new Set(held.flatMap((text) => (text.startsWith(kind) ? [text.slice(kind.length)] : [])));
	const credential: Credential = { scopes: of("scope:"), policies: of("policy:") };
	return { id, permissions: new Set(permissions), projects: null, ...(authorization === null ? {} : { credential }) };
};

const subgraphs = {
	accounts: {
		sdl: `
			type Query { account: Account }
			type Account @key(fields: "id") {
				id: ID! name: String
				mail: String @authenticated
				balance: Int @requiresScopes(scopes: [["money:read"]])
			}
		`,
		resolvers: { Query: { account: () => ({ id: "1", name: "Ada", mail: "ada@x.org", balance: 7 }) } },
	},
	risks: {
		sdl: `type Account @key(fields: "id") { id: ID! score: Int @policy(policies: [["officer"]]) }`,
		resolvers: { Account: { __resolveReference: ({ id }: { id: string }) => ({ id, score: 3 }) } },
	},
};
const query = "{ account { name mail balance score } }";

describe("@authenticated, @requiresScopes and @policy", () => {
	test("withhold their fields with an error at each path, and nobody is asked for them", async () => {
		const gateway = await federated(subgraphs, { authenticate });
		const answer = await gateway.post(query);
		expect(answer.data).toEqual({ account: { name: "Ada", mail: null, balance: null, score: null } });
		expect(answer.errors?.map(({ path, extensions }) => [path?.join("."), extensions["code"]])).toEqual([
			["account.mail", "UNAUTHENTICATED"],
			["account.balance", "FORBIDDEN"],
			["account.score", "FORBIDDEN"],
		]);
		expect(gateway.asked().join()).not.toMatch(/mail|balance|score/);
	});

	test("give what the credential holds, and no more", async () => {
		const gateway = await federated(subgraphs, { authenticate });
		const some = await gateway.post(query, {}, { authorization: "Bearer ada scope:money:read" });
		expect(some.data).toEqual({ account: { name: "Ada", mail: "ada@x.org", balance: 7, score: null } });
		expect(some.errors).toMatchObject([{ path: ["account", "score"], extensions: { code: "FORBIDDEN" } }]);
		const all = await gateway.post(query, {}, { authorization: "Bearer ada scope:money:read policy:officer" });
		expect(all.data).toEqual({ account: { name: "Ada", mail: "ada@x.org", balance: 7, score: 3 } });
	});
});
