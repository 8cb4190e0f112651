import { buildSchema } from "graphql";
import { afterAll, describe, expect, it } from "vitest";
import { createComposer } from "../../../gateway/generation/composer.ts";
import { CompositionError, compose } from "../../../schema/compose.ts";
import { subgraphNames, subgraphSdl } from "../../../schema/subgraph-sdl.ts";

const composer = createComposer();
afterAll(() => composer.close());

const ours = subgraphNames.map((name) => ({ name, sdl: subgraphSdl(name) }));
const one = (name: string, sdl: string) => ({
	name,
	sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@inaccessible"])\n${sdl}`,
});

describe("composing in a thread", () => {
	it("makes what composing here makes", async () => {
		expect(await composer.compose(ours)).toEqual(compose(ours));
	});

	it("composes the same subgraphs once, whoever asks meanwhile", async () => {
		const sources = [one("a", "type Query { a: Int }")];
		const [first, second] = await Promise.all([composer.compose(sources), composer.compose(structuredClone(sources))]);
		expect(second).toBe(first);
		expect(await composer.compose(sources)).toBe(first);
	});

	it("tells names and SDL apart, wherever one ends and the other begins", async () => {
		const names = async (name: string) => (await composer.compose([one(name, "type Query { a: Int }")])).supergraphSdl;
		expect(await names("aa")).toContain('"aa"');
		expect(await names("a")).not.toContain('"aa"');
	});

	it("names both sides of what does not fit, as an error of composition", async () => {
		const refused = composer.compose([
			one("left", 'type Query { a: A } type A @key(fields: "id") { id: ID! x: Int }'),
			one("right", 'type A @key(fields: "id") { id: ID! x: String }'),
		]);
		await expect(refused).rejects.toThrow(CompositionError);
		await expect(refused).rejects.toThrow(/left.*right|right.*left/is);
	});

	it("names the subgraph and the line of an SDL that is none", async () => {
		await expect(composer.compose([{ name: "left", sdl: "type Query {\n a: }" }])).rejects.toThrow(
			/\[left\] Syntax Error.*line 2/,
		);
	});

	it("goes on after it was closed, and rejects what waited for it then", async () => {
		const own = createComposer();
		const waits = own.compose(ours);
		const closed = own.close();
		await expect(waits).rejects.toThrow("closed");
		await closed;
		expect((await own.compose(ours)).publicSdl).toContain("type Query");
		await own.close();
	});

	it("ends what takes too long", async () => {
		const hasty = createComposer({ composeMillis: 1, graphs: 1, graphChars: 1000 });
		await expect(hasty.compose(ours)).rejects.toThrow("took longer than 1 ms");
		await hasty.close();
	});

	it("hides inaccessible types also where a union has them", async () => {
		const { publicSdl } = await composer.compose([
			one("a", "type Query { u: U } union U = A | B type A { x: Int } type B @inaccessible { y: Int }"),
		]);
		expect(buildSchema(publicSdl).getType("B")).toBeUndefined();
		expect(publicSdl).toContain("union U = A");
	});
});

describe("a supergraph that was composed elsewhere", () => {
	it("is read into what clients see and where its subgraphs are", async () => {
		const composed = compose(ours);
		const read = await composer.read(composed.supergraphSdl);
		expect(read.publicSdl).toBe(composed.publicSdl);
		expect(read.subgraphs.toSorted((a, b) => a.name.localeCompare(b.name))).toEqual(
			[...subgraphNames].sort().map((name) => ({ name, url: `inprocess://${name}` })),
		);
	});

	it.each([
		["", /\[supergraph\] Syntax Error/],
		["type Query { a: Int", /\[supergraph\] Syntax Error/],
		["type Query { a: Int }", /names no subgraph/],
		["directive @join__owner(graph: String!) on OBJECT type Query { a: Int }", /Federation 1/],
	])("is refused with the reason where it is none: %s", async (sdl, reason) => {
		const refused = composer.read(sdl);
		await expect(refused).rejects.toThrow(CompositionError);
		await expect(refused).rejects.toThrow(reason);
	});
});

describe("documents against a candidate", () => {
	it("are named where they no longer fit, each with its reasons", async () => {
		const documents = [
			{ id: "fits", text: "{ a }" },
			{ id: "lost", text: "{ gone a }" },
			{ id: "none", text: "{" },
		];
		expect(await composer.broken("type Query { a: Int }", documents)).toEqual([
			{ id: "lost", reasons: ['Cannot query field "gone" on type "Query".'] },
			{ id: "none", reasons: [expect.stringContaining("Syntax Error")] },
		]);
	});

	it("need no thread where there are none", async () => {
		expect(await composer.broken("", [])).toEqual([]);
	});
});
