import { afterEach, describe, expect, it } from "vitest";
import type { Principal } from "../../../core/ports/principal.ts";
import type { GatewayOptions } from "../../../gateway/gateway.ts";
import { percentageOf } from "../../../gateway/plan/override.ts";
import { type Running, startGateway } from "../support/gateway.ts";
import { protectedGraph } from "./protected-graph.ts";

const running: Running[] = [];
afterEach(async () => {
	await Promise.all(running.splice(0).map(({ gateway }) => gateway.close()));
});

/** `Bearer NAME a b` is that principal with these scopes, no header an anonymous one. */
async function authenticate({ authorization }: { authorization: string | null }): Promise<Principal> {
	const [id, ...scopes] = (authorization ?? "").replace("Bearer ", "").split(" ");
	const nobody: Principal = { id: "anonymous", permissions: new Set(), projects: null };
	if (id === undefined || id === "") return nobody;
	const policies = new Set(scopes.filter((scope) => scope.startsWith("policy:")).map((scope) => scope.slice(7)));
	return { ...nobody, id, credential: { scopes: new Set(scopes), policies } };
}

async function start(options: Partial<GatewayOptions> = {}) {
	const { resolved, subgraphs } = protectedGraph();
	const gateway = await startGateway({ subgraphs, authenticate, ...options });
	running.push(gateway);
	const ask = async (query: string, who: string | null = null) => {
		const headers: Record<string, string> = who === null ? {} : { authorization: `Bearer ${who}` };
		const { data, errors = [] } = await gateway.post(query, {}, headers);
		return { data, errors: errors.map(({ path, extensions }) => `${path?.join(".")} ${String(extensions["code"])}`) };
	};
	return { gateway, resolved, ask };
}

describe("a withheld field", () => {
	it("is null with its error at every path, and no subgraph is asked for it", async () => {
		const { ask, resolved } = await start();
		expect(await ask("{ users { id name e: email } }", "ada")).toEqual({
			data: {
				users: [
					{ id: "1", name: "name 1", e: null },
					{ id: "2", name: "name 2", e: null },
				],
			},
			errors: ["users.0.e FORBIDDEN", "users.1.e FORBIDDEN"],
		});
		expect(resolved.filter((field) => field.includes("email"))).toEqual([]);
		expect(await ask("{ users { email } }", "ada email")).toEqual({
			data: { users: [{ email: "email 1" }, { email: "email 2" }] },
			errors: [],
		});
	});

	it("that cannot be null takes its object with it", async () => {
		const { ask } = await start();
		expect(await ask("{ open strict { secret } }")).toEqual({
			data: { open: 1, strict: null },
			errors: ["strict.secret UNAUTHENTICATED"],
		});
		const { data, errors } = await ask("{ open users { ssn } }", "ada");
		expect(data).toBeNull();
		expect(errors[0]).toBe("users.0.ssn FORBIDDEN");
	});

	it("of one subgraph alone is withheld all the same, and root fields too", async () => {
		const { ask, resolved } = await start();
		expect(await ask("{ alone }", "ada")).toEqual({ data: { alone: null }, errors: ["alone FORBIDDEN"] });
		expect(await ask("{ me { id } open }")).toEqual({ data: { me: null, open: 1 }, errors: ["me UNAUTHENTICATED"] });
		expect(await ask("{ __typename me { id } }")).toEqual({
			data: { __typename: "Query", me: null },
			errors: ["me UNAUTHENTICATED"],
		});
		expect(resolved).toEqual([]);
		expect(await ask("{ alone }", "ada alone")).toEqual({ data: { alone: 1 }, errors: [] });
	});

	it("that a condition leaves out is no error", async () => {
		const { ask } = await start();
		expect(await ask("{ users { id email @skip(if: true) } }", "ada")).toMatchObject({ errors: [] });
	});

	it("of a union's member leaves the others", async () => {
		const { ask } = await start();
		expect(await ask("{ search { __typename ... on User { name } ... on Vault { gold } } }", "ada")).toEqual({
			data: {
				search: [
					{ __typename: "User", name: "name 1" },
					{ __typename: "Vault", gold: null },
				],
			},
			errors: ["search.1.gold FORBIDDEN"],
		});
	});

	it("is not told by a field that requires it", async () => {
		const { ask, resolved } = await start();
		expect(await ask("{ users { letter } }", "ada")).toEqual({
			data: { users: [{ letter: null }, { letter: null }] },
			errors: ["users.0.letter FORBIDDEN", "users.1.letter FORBIDDEN"],
		});
		expect(resolved).toEqual([]);
		expect(await ask("{ users { letter } }", "ada email")).toMatchObject({
			data: { users: [{ letter: "to email 1" }, { letter: "to email 2" }] },
		});
	});

	it("of a mutation is not run, the fields beside it are", async () => {
		const { ask, resolved } = await start();
		expect(await ask("mutation { wipe touch }", "ada")).toEqual({
			data: { wipe: null, touch: 1 },
			errors: ["wipe FORBIDDEN"],
		});
		expect(resolved).toEqual(["accounts Mutation.touch ada"]);
	});

	it("of a subscription: its root ends it before it begins, another is withheld from each event", async () => {
		const { gateway, resolved } = await start();
		const follow = async (query: string, headers: Record<string, string> = {}) => {
			const response = await fetch(`${gateway.url}/graphql`, {
				method: "POST",
				headers: { "content-type": "application/json", accept: "text/event-stream", ...headers },
				body: JSON.stringify({ query }),
			});
			return response.text();
		};
		expect(await follow("subscription { ticks }")).toContain('"code":"UNAUTHENTICATED"');
		expect(resolved).toEqual([]);
		expect(await follow("subscription { ticks }", { authorization: "Bearer ada" })).toContain('"ticks":1');
		const pulses = await follow("subscription { pulses { beat rate } }", { authorization: "Bearer ada" });
		expect(pulses).toContain('"pulses":{"beat":1,"rate":null}');
		expect(pulses).toContain('"FORBIDDEN"');
	});
});

describe("principals of different rights", () => {
	it("that ask for the same at once each see their own", async () => {
		const { ask } = await start();
		const text = "{ users { name email } }";
		const asked = await Promise.all(
			Array.from({ length: 40 }, (_, n) => ask(text, n % 2 === 0 ? `user${n} email` : `user${n}`)),
		);
		asked.forEach(({ data, errors }, n) => {
			const emails = (data?.["users"] as { email: string | null }[]).map(({ email }) => email);
			expect(emails).toEqual(n % 2 === 0 ? ["email 1", "email 2"] : [null, null]);
			expect(errors).toHaveLength(n % 2 === 0 ? 0 : 2);
		});
	});

	it("of one name, once with a scope and once without, are told apart", async () => {
		const { ask } = await start();
		for (const [who, email] of [
			["ada", null],
			["ada email", "email 1"],
			["ada", null],
		] as const) {
			expect((await ask("{ users { email } }", who)).data).toMatchObject({ users: [{ email }, {}] });
		}
	});
});

describe("policies", () => {
	it("hold by the credential, or as they are decided elsewhere", async () => {
		const byCredential = await start();
		expect((await byCredential.ask("{ users { ssn } }", "ada policy:hr")).errors).toEqual([]);
		const elsewhere = await start({
			decidePolicies: async (policies, { id }) => new Set(id === "ada" ? policies : []),
		});
		expect((await elsewhere.ask("{ users { ssn } }", "ada")).errors).toEqual([]);
		expect((await elsewhere.ask("{ users { ssn } }", "bob policy:hr")).errors).toContain("users.0.ssn FORBIDDEN");
	});

	it("that cannot be decided fail the operation, and say nothing of why", async () => {
		const { gateway } = await start({ decidePolicies: () => Promise.reject(new Error("ldap://secret is down")) });
		const { raw } = await gateway.post("{ users { ssn } }", {}, { authorization: "Bearer ada" });
		expect(JSON.stringify(raw)).not.toContain("ldap");
		expect(raw["data"] ?? null).toBeNull();
	});
});

describe("labels of @override", () => {
	it("of one's own are on by configuration", async () => {
		const text = "{ users { bio } }";
		const before = await start();
		expect((await before.ask(text)).data).toEqual({ users: [{ bio: "bio 1" }, { bio: "bio 2" }] });
		const after = await start({ overrideLabels: ["new-bio"] });
		expect((await after.ask(text)).data).toEqual({ users: [{ bio: "new bio 1" }, { bio: "new bio 2" }] });
	});

	it("of percents go by the principal, each time the same way", async () => {
		const { ask } = await start();
		const names = Array.from({ length: 20 }, (_, n) => `user${n}`);
		expect(new Set(names.map((name) => percentageOf(name) < 50))).toEqual(new Set([true, false]));
		for (let round = 0; round < 2; round += 1) {
			await Promise.all(
				names.map(async (name) => {
					const { data } = await ask("{ users { motto } }", name);
					expect(data).toMatchObject({ users: [{ motto: percentageOf(name) < 50 ? "new motto 1" : "motto 1" }, {}] });
				}),
			);
		}
	});
});
