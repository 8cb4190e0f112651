import { type DocumentNode, type FieldNode, getOperationAST, Kind, parse, print, visit } from "graphql";
import { describe, expect, it } from "vitest";
import { type Credential, type Permission, type Principal } from "../../../core/ports/principal.ts";
import { createAuthorization, policiesOfCredential } from "../../../gateway/authorize/authorization.ts";
import type { WithheldFields } from "../../../gateway/authorize/withheld-fields.ts";
import { compose } from "../../../schema/compose.ts";
import { accountsGraph, accessLink as link } from "./accounts-graph.ts";

const { supergraphSdl } = accountsGraph;

interface Grants {
	readonly scopes?: readonly string[];
	readonly policies?: readonly string[];
	readonly permissions?: readonly Permission[];
}
const principal = (grants: Grants = {}, credential: Credential | null = null): Principal => ({
	id: "somebody",
	permissions: new Set(grants.permissions ?? []),
	projects: null,
	...(credential === null ? {} : { credential }),
});
const anonymous = principal();
const bearer = (grants: Grants = {}) =>
	principal(grants, { scopes: new Set(grants.scopes ?? []), policies: new Set(grants.policies ?? []) });

/** What a principal may see of an operation, and by path what it may not. */
function ask(
	text: string,
	who: Principal,
	{ sdl = supergraphSdl, name = null as string | null, decide = policiesOfCredential } = {},
) {
	const document = parse(text, { noLocation: true });
	const operation = getOperationAST(document, name);
	if (operation === null || operation === undefined) throw new Error("no such operation");
	const withheld = createAuthorization(parse(sdl), decide)(document, operation, who);
	if (withheld instanceof Promise) throw new Error("policies were decided elsewhere");
	return { document, operation, withheld, fields: named(withheld), left: compact(withheld.document) };
}

const named = ({ reasons }: WithheldFields) =>
	[...reasons].map(([field, { code }]) => `${field.alias?.value ?? field.name.value} ${code}`);
const compact = (document: DocumentNode) => print(document).replaceAll(/\s+/g, " ");

describe("each place of a directive", () => {
	it.each<[string, string, Principal, Principal]>([
		["a root field", "{ open me { id } }", anonymous, bearer()],
		["a root field of a mutation", "mutation { touch rename }", bearer(), bearer({ scopes: ["write"] })],
		["a root field of a subscription", "subscription { events }", anonymous, bearer()],
		["a field", "{ open user(id: 1) { id email } }", bearer(), bearer({ scopes: ["admin"] })],
		["an object that is returned", "{ open vault { gold } }", bearer(), bearer({ scopes: ["vault"] })],
		["a scalar, in lists", "{ open secrets }", bearer(), bearer({ policies: ["secrets"] })],
		["an enum", "{ open level }", anonymous, bearer()],
		[
			"an object in a fragment",
			"{ search { ... on Vault { gold } ... on Chest { __typename } } }",
			bearer(),
			bearer({ scopes: ["vault"] }),
		],
	])("%s", (_, text, without, entitled) => {
		const refused = ask(text, without);
		expect(refused.fields).not.toEqual([]);
		expect(refused.left).not.toContain(refused.fields[0]?.split(" ")[0]);
		expect(refused.withheld.key).not.toBe("");
		const granted = ask(text, entitled);
		expect(granted.fields).toEqual([]);
		expect(granted.withheld.key).toBe("");
		expect(granted.withheld.document).toBe(granted.document);
		expect(granted.withheld.operation).toBe(granted.operation);
	});

	it("is found by what the supergraph calls it", () => {
		const sdl = `
			schema @link(url: "https://specs.apollo.dev/authenticated/v0.1", import: [{ name: "@authenticated", as: "@signedIn" }])
				@link(url: "https://specs.apollo.dev/requiresScopes/v0.1", as: "scoped") { query: Root }
			type Root { a: Int @signedIn b: Int @scoped(scopes: [["x"]]) c: Int @policy(policies: "lone") d: Int }
		`;
		expect(ask("{ a b c d }", anonymous, { sdl }).fields).toEqual(["a UNAUTHENTICATED", "b FORBIDDEN", "c FORBIDDEN"]);
		expect(ask("{ a b c d }", bearer({ scopes: ["x"], policies: ["lone"] }), { sdl }).fields).toEqual([]);
	});
});

describe("what is granted", () => {
	const email = "{ user(id: 1) { email } }";
	const ssn = "{ user(id: 1) { ssn } }";
	it("scopes: one whole group of them", () => {
		expect(ask(email, bearer({ scopes: ["read:email"] })).fields).toEqual(["email FORBIDDEN"]);
		expect(ask(email, bearer({ scopes: ["read:email", "staff"] })).fields).toEqual([]);
		expect(ask(email, bearer({ scopes: ["admin"] })).fields).toEqual([]);
	});

	it("policies: one whole group of them", () => {
		expect(ask(ssn, bearer({ policies: ["hr"] })).fields).toEqual(["ssn FORBIDDEN"]);
		expect(ask(ssn, bearer({ policies: ["eu", "hr"] })).fields).toEqual([]);
		expect(ask(ssn, bearer({ policies: ["root"] })).fields).toEqual([]);
	});

	it("all directives of a field", () => {
		const both = "{ user(id: 1) { both } }";
		expect(ask(both, anonymous).fields).toEqual(["both UNAUTHENTICATED"]);
		expect(ask(both, bearer({ scopes: ["a"] })).fields).toEqual(["both FORBIDDEN"]);
		expect(ask(both, bearer({ policies: ["p"] })).fields).toEqual(["both FORBIDDEN"]);
		expect(ask(both, bearer({ scopes: ["a"], policies: ["p"] })).fields).toEqual([]);
	});

	it("permissions count as scopes, but are no credential", () => {
		const everything = principal({ permissions: ["READ"] });
		expect(ask("{ user(id: 1) { permitted } }", everything).fields).toEqual([]);
		expect(ask("{ me { id } }", everything).fields).toEqual(["me UNAUTHENTICATED"]);
	});

	it("nobody passes an empty list of groups, everybody an empty group", () => {
		const sdl = "type Query { a: Int @requiresScopes(scopes: []) b: Int @requiresScopes(scopes: [[]]) }";
		expect(ask("{ a b }", bearer(), { sdl }).fields).toEqual(["a FORBIDDEN"]);
	});

	it("says what is asked for, of policies not which", () => {
		const { withheld } = ask("{ user(id: 1) { email ssn } }", bearer());
		expect([...withheld.reasons.values()].map(({ message }) => message)).toEqual([
			"`User.email` asks for the scopes read:email and staff, or admin.",
			"A policy withholds `User.ssn`.",
		]);
	});
});

describe("interfaces", () => {
	it("ask for what each of their implementations asks for, their fragments for their own", () => {
		expect(ask("{ posts { id title } }", anonymous).fields).toEqual(["title UNAUTHENTICATED"]);
		const { fields, left } = ask(
			"{ posts { id ... on Public { title } ... on Draft { title author { name } } } }",
			anonymous,
		);
		expect(fields).toEqual(["title UNAUTHENTICATED"]);
		expect(left).toBe("{ posts { id ... on Public { title } ... on Draft { author { name } } } }");
	});

	it("that were composed without it ask for it all the same", () => {
		const sdl = `
			type Query { things: [Thing!] a: A }
			interface Thing { id: ID! cost: Int }
			interface Named { name: String }
			type A implements Thing & Named { id: ID! cost: Int @requiresScopes(scopes: [["cost"]]) name: String }
			type B implements Thing @policy(policies: [["b"]]) { id: ID! cost: Int }
		`;
		const withB = bearer({ policies: ["b"] });
		expect(ask("{ things { id cost } }", bearer(), { sdl }).fields).toEqual(["id FORBIDDEN", "cost FORBIDDEN"]);
		expect(ask("{ things { id cost } }", withB, { sdl }).fields).toEqual(["cost FORBIDDEN"]);
		expect(ask("{ things { ... on A { id cost } ... on B { cost } } }", withB, { sdl }).fields).toEqual([
			"cost FORBIDDEN",
		]);
		expect(ask("{ a { id ... on Named { name } ... on Thing { id } } }", bearer(), { sdl }).fields).toEqual([
			"id FORBIDDEN",
		]);
	});

	it("pass what an interface object asks for on to the objects", () => {
		const { supergraphSdl: sdl } = compose([
			{
				name: "media",
				sdl: `${link} type Query { all: [Media!] } interface Media @key(fields: "id") { id: ID! }
					type Book implements Media @key(fields: "id") { id: ID! }`,
			},
			{
				name: "loans",
				sdl: `${link} type Media @key(fields: "id") @interfaceObject { id: ID! loans: Int @authenticated }`,
			},
		]);
		expect(ask("{ all { id loans ... on Book { loans } } }", anonymous, { sdl }).fields).toEqual([
			"loans UNAUTHENTICATED",
			"loans UNAUTHENTICATED",
		]);
		expect(ask("{ all { id loans } }", bearer(), { sdl }).fields).toEqual([]);
	});

	it("that one implementation protects as a whole are withheld as a whole, as the composer says", () => {
		const { supergraphSdl: sdl } = compose([
			{
				name: "media",
				sdl: `${link} type Query { all: [Media!] book: Book } interface Media { id: ID! }
					type Book implements Media { id: ID! } type Film implements Media @authenticated { id: ID! }`,
			},
		]);
		expect(ask("{ all { ... on Book { id } } book { id } }", anonymous, { sdl }).fields).toEqual([
			"all UNAUTHENTICATED",
		]);
	});

	it("tell their members' names", () => {
		expect(
			ask("{ search { __typename } nodes { __typename id } __schema { queryType { name } } }", anonymous).fields,
		).toEqual([]);
	});
});

describe("@requires", () => {
	it("of a protected field is as protected, also where the composer did not see to it", () => {
		const sdl = `
			type Query { user: User }
			type User {
				email: String @authenticated
				address: Address
				digest: String @join__field(graph: B, requires: "email")
				label: String @join__field(graph: B, requires: "address { street }") @join__field(graph: C, requires: "digest")
				hello: String @join__field(graph: B, requires: "address { town }")
			}
			type Address { town: String street: String @requiresScopes(scopes: [["street"]]) }
		`;
		expect(ask("{ user { digest label hello } }", anonymous, { sdl }).fields).toEqual([
			"digest UNAUTHENTICATED",
			"label UNAUTHENTICATED",
		]);
		expect(ask("{ user { digest label hello } }", bearer(), { sdl }).fields).toEqual(["label FORBIDDEN"]);
	});

	it("in a circle ends", () => {
		const sdl = `
			type Query { a: A }
			type A { x: Int @join__field(graph: B, requires: "y") y: Int @join__field(graph: C, requires: "x") @authenticated }
		`;
		expect(ask("{ a { x y } }", anonymous, { sdl }).fields).toEqual(["x UNAUTHENTICATED", "y UNAUTHENTICATED"]);
	});

	it("that composes holds in the composed graph", () => {
		expect(ask("{ user(id: 1) { greeting digest } }", bearer()).fields).toEqual(["digest FORBIDDEN"]);
	});
});

describe("what is left to plan", () => {
	const left = (text: string, who = anonymous) => ask(text, who).left;

	it("keeps an object whose whole selection is withheld, since it may be null", () => {
		expect(left("{ user(id: 1) { email } open }")).toBe("{ user(id: 1) { __typename } open }");
	});

	it("drops fragments of which nothing is left, wherever they are spread", () => {
		expect(
			left(`query Q { user(id: 1) { ...Private ...Mixed ... on User { ssn } ... @include(if: true) { id } } open }
				fragment Private on User { email ...More }
				fragment More on User { ssn }
				fragment Mixed on User { ssn name }`),
		).toBe("query Q { user(id: 1) { ...Mixed ... @include(if: true) { id } } open } fragment Mixed on User { name }");
	});

	it("is an empty operation where all is withheld", () => {
		const { withheld } = ask("{ me { id } ...F } fragment F on Query { level }", anonymous);
		expect(withheld.operation.selectionSet.selections).toEqual([]);
		expect(withheld.document.definitions).toEqual([withheld.operation]);
	});

	it("keeps arguments, aliases and directives as they are", () => {
		expect(left("query($id: ID!, $on: Boolean!) { a: user(id: $id) @include(if: $on) { b: name c: email } }")).toBe(
			"query ($id: ID!, $on: Boolean!) { a: user(id: $id) @include(if: $on) { b: name } }",
		);
	});

	it("has nothing of other operations, and looks at the one that is meant", () => {
		const text = "query A { me { ...F } open } query B { open } fragment F on User { name }";
		expect(ask(text, anonymous, { name: "A" }).left).toBe("query A { open }");
		const b = ask(text, anonymous, { name: "B" });
		expect(b.withheld.key).toBe("");
		expect(b.withheld.document).toBe(b.document);
	});

	it("names every node of the client's document, in fragments too", () => {
		const { document, withheld } = ask(
			"{ users { e: email ...F friends { ...F } } } fragment F on User { email }",
			bearer(),
		);
		const emails: FieldNode[] = [];
		visit(document, {
			[Kind.FIELD]: (node) => {
				if (node.name.value === "email") emails.push(node);
			},
		});
		expect(new Set(withheld.reasons.keys())).toEqual(new Set(emails));
	});
});

describe("the key", () => {
	const text = "{ user(id: 1) { email ssn both } }";
	const authorize = createAuthorization(parse(supergraphSdl), policiesOfCredential);
	const document = parse(text);
	const operation = document.definitions[0];
	if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
	const of = (who: Principal) => authorize(document, operation, who) as WithheldFields;

	it("is the same for those who see the same, and the view with it", () => {
		expect(of(bearer({ scopes: ["admin"] }))).toBe(of(bearer({ scopes: ["read:email", "staff", "other"] })));
		expect(of(anonymous)).toBe(of(anonymous));
	});

	it("differs where something else is withheld, or for another reason", () => {
		const views = [
			anonymous,
			bearer(),
			bearer({ scopes: ["admin"] }),
			bearer({ scopes: ["a"] }),
			bearer({ scopes: ["a"], policies: ["p"] }),
			bearer({ policies: ["root"] }),
			bearer({ scopes: ["admin", "a"], policies: ["p", "root"] }),
		].map(of);
		expect(new Set(views.map(({ key }) => key)).size).toBe(views.length);
	});

	it("costs nothing where nothing is protected", () => {
		const { document, operation } = ask("{ open users { id name } }", anonymous);
		const plain = authorize(document, operation, anonymous);
		expect(plain).toMatchObject({ key: "" });
		expect(authorize(document, operation, bearer())).toBe(plain);
	});
});

describe("policies that are decided elsewhere", () => {
	const document = parse("{ user(id: 1) { ssn name } }");
	const operation = getOperationAST(document);
	if (operation === null || operation === undefined) throw new Error("no operation");

	it("are asked for by name, for those operations that need them", async () => {
		const asked: (readonly string[])[] = [];
		const authorize = createAuthorization(parse(supergraphSdl), async (policies, { id }) => {
			asked.push(policies);
			return new Set(id === "somebody" ? ["root"] : []);
		});
		expect(named(await authorize(document, operation, bearer()))).toEqual([]);
		expect(named(await authorize(document, operation, { ...bearer(), id: "other" }))).toEqual(["ssn FORBIDDEN"]);
		expect(asked).toEqual([
			["hr", "eu", "root"],
			["hr", "eu", "root"],
		]);
		const plain = parse("{ open }");
		const operationOfPlain = getOperationAST(plain);
		if (operationOfPlain) await authorize(plain, operationOfPlain, bearer());
		expect(asked).toHaveLength(2);
	});

	it("fail the operation where they cannot be decided", async () => {
		const authorize = createAuthorization(parse(supergraphSdl), () => Promise.reject(new Error("unreachable")));
		await expect(authorize(document, operation, bearer())).rejects.toThrow("unreachable");
	});
});
