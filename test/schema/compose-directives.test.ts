import { expect, test } from "vitest";
import { compose } from "../../schema/compose.ts";

const federation = (...imports: string[]) =>
	`extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports.join(", ")}])\n`;
const lines = (sdl: string) => sdl.replaceAll(/[ \t]+/g, " ");

test("the supergraph keeps what the gateway acts on, clients see none of it", () => {
	const imports = [
		"key",
		"provides",
		"external",
		"shareable",
		"override",
		"requires",
		"inaccessible",
		"tag",
		"cost",
		"listSize",
	];
	const { supergraphSdl, publicSdl } = compose([
		{
			name: "a",
			sdl: `${federation(...imports.map((name) => `"@${name}"`))}
				type Query {
					thing: Thing @tag(name: "t")
					list(first: Int): [Thing] @listSize(slicingArguments: ["first"]) @cost(weight: 2)
					hidden: Int @inaccessible
				}
				type Thing @key(fields: "id") @key(fields: "code") { id: ID! code: Int part: Part @provides(fields: "size") old: Int @deprecated(reason: "no") }
				type Part @key(fields: "id") { id: ID! size: Int @external weight: Int @external heavy: Int @requires(fields: "weight") moved: Int }
				input Filter { x: Int @cost(weight: 3) }
				extend type Query { filtered(by: Filter): Int }`,
		},
		{
			name: "b",
			sdl: `${federation('"@key"', '"@shareable"', '"@override"')}
				type Part @key(fields: "id") { id: ID! size: Int @shareable weight: Int moved: Int @override(from: "a", label: "percent(5)") }`,
		},
	]);
	for (const kept of [
		'@tag(name: "t")',
		'@listSize(slicingArguments: ["first"])',
		"@cost(weight: 2)",
		"@cost(weight: 3)",
		"@inaccessible",
		'key: "id"',
		'key: "code"',
		'provides: "size"',
		'requires: "weight"',
		'override: "a"',
		'overrideLabel: "percent(5)"',
		'@deprecated(reason: "no")',
	]) {
		expect(lines(supergraphSdl)).toContain(kept);
	}
	expect(publicSdl).not.toMatch(/@(tag|cost|listSize|inaccessible|join__|link)|hidden/);
	expect(publicSdl).toContain('@deprecated(reason: "no")');
});

test("@composeDirective keeps a directive of one's own, its definition and its link", () => {
	const { supergraphSdl } = compose([
		{
			name: "a",
			sdl: `extend schema @link(url: "https://specs.apollo.dev/link/v1.0")
				${federation('"@composeDirective"')}
				extend schema @link(url: "https://example.org/audit/v1.0", import: ["@audit"]) @composeDirective(name: "@audit")
				directive @audit(level: Int!) on FIELD_DEFINITION | OBJECT
				directive @private on FIELD_DEFINITION
				type Query { a: Int @audit(level: 3) @private }`,
		},
	]);
	expect(supergraphSdl).toMatch(/a: Int.*@audit\(level: 3\)/);
	expect(supergraphSdl).toContain("directive @audit(level: Int!) on FIELD_DEFINITION | OBJECT");
	expect(supergraphSdl).toContain('@link(url: "https://example.org/audit/v1.0", import: ["@audit"])');
	expect(supergraphSdl).not.toContain("@private");
});

test("access directives come through under whatever name a subgraph has for them, and all of them count", () => {
	const { supergraphSdl, publicSdl } = compose([
		{
			name: "a",
			sdl: `${federation('"@shareable"', '{ name: "@authenticated", as: "@signedIn" }', '"@requiresScopes"')}
				type Query { secret: Int @signedIn both: Int @shareable @requiresScopes(scopes: [["a"]]) }`,
		},
		{
			name: "b",
			sdl: `${federation('"@shareable"', '"@requiresScopes"')}
				type Query { other: Int @federation__authenticated both: Int @shareable @requiresScopes(scopes: [["b"]]) }`,
		},
	]);
	expect(supergraphSdl).toMatch(/secret: Int.*@authenticated/);
	expect(supergraphSdl).toMatch(/other: Int.*@authenticated/);
	expect(supergraphSdl).toMatch(/both: Int.*@requiresScopes\(scopes: \[\["a", "b"\]\]\)/);
	expect(publicSdl).not.toMatch(/@(signedIn|authenticated|requiresScopes)/);
});

test("a field that requires a protected one without its protection does not compose", () => {
	expect(() =>
		compose([
			{
				name: "a",
				sdl: `${federation('"@key"', '"@authenticated"')}
					type Query { t: T } type T @key(fields: "id") { id: ID! secret: Int @authenticated }`,
			},
			{
				name: "b",
				sdl: `${federation('"@key"', '"@external"', '"@requires"')}
					type T @key(fields: "id") { id: ID! secret: Int @external told: Int @requires(fields: "secret") }`,
			},
		]),
	).toThrow(/secret/);
});
