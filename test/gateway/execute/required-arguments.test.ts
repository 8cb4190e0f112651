import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { LoadedSubgraph } from "../../../gateway/transport/in-process.ts";
import { executedGraph } from "../support/executed.ts";

const link = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@requires", "@external"])\n`;

function subgraph(sdl: string, resolvers: object): LoadedSubgraph {
	const full = link + sdl;
	return { sdl: full, schema: buildSubgraphSchema([{ typeDefs: parse(full), resolvers: resolvers as never }]) };
}

const stations = subgraph(
	`
	type Query { station: Station deep: Deep }
	type Deep { station: Station }
	type Station @key(fields: "id") { id: ID! heat(unit: String): String past(day: Int): Day }
	type Day { wind(scale: Int): String }
	`,
	{
		Query: { station: () => ({ id: "s" }), deep: () => ({ station: { id: "s" } }) },
		Station: {
			heat: (_: unknown, { unit }: { unit?: string }) => `heat ${unit ?? "C"}`,
			past: (_: unknown, { day }: { day?: number }) => ({ day: day ?? 0 }),
		},
		Day: { wind: ({ day }: { day: number }, { scale }: { scale?: number }) => `wind of ${day} by ${scale ?? 1}` },
	},
);

interface Reference {
	readonly heat: string;
	readonly past: { readonly wind: string };
}

/** Says what it was sent. */
const advice = subgraph(
	`
	type Query { advised: Station }
	type Station @key(fields: "id") {
		id: ID!
		heat(unit: String): String @external
		past(day: Int): Day @external
		now: String @requires(fields: "heat")
		american: String @requires(fields: "heat(unit: \\"F\\")")
		windy: String @requires(fields: "past { wind }")
		yesterday: String @requires(fields: "past(day: 1) { wind(scale: 2) }")
	}
	type Day { wind(scale: Int): String @external }
	`,
	{
		Query: { advised: () => ({ id: "s" }) },
		Station: {
			__resolveReference: (reference: object) => reference,
			now: ({ heat }: Reference) => heat,
			american: ({ heat }: Reference) => heat,
			windy: ({ past }: Reference) => past.wind,
			yesterday: ({ past }: Reference) => past.wind,
		},
	},
);

const graph = await executedGraph({ stations, advice });

describe.each(["station", "advised"])("what a field requires, of a %s", (root) => {
	it.each([
		['heat(unit: "K") now', { heat: "heat K", now: "heat C" }],
		['now heat(unit: "K") kelvin: heat(unit: "K")', { now: "heat C", heat: "heat K", kelvin: "heat K" }],
		["heat american", { heat: "heat C", american: "heat F" }],
		['heat(unit: "F") american', { heat: "heat F", american: "heat F" }],
		["heat now", { heat: "heat C", now: "heat C" }],
		["past { wind(scale: 3) } windy", { past: { wind: "wind of 0 by 3" }, windy: "wind of 0 by 1" }],
		["past(day: 7) { wind } windy", { past: { wind: "wind of 7 by 1" }, windy: "wind of 0 by 1" }],
		["past { wind } yesterday", { past: { wind: "wind of 0 by 1" }, yesterday: "wind of 1 by 2" }],
		["past: heat windy heat: id now", { past: "heat C", windy: "wind of 0 by 1", heat: "s", now: "heat C" }],
		["now american", { now: "heat C", american: "heat F" }],
		["windy yesterday heat", { windy: "wind of 0 by 1", yesterday: "wind of 1 by 2", heat: "heat C" }],
		["...A heat american } } fragment A on Station { now id", undefined],
	])("is what it says, whatever the client asks for: %s", async (fields, expected) => {
		const { data, errors } = await graph.run(`{ ${root} { ${fields} } }`.replace(/(fragment.*) } }$/, "$1 }"));
		expect(errors).toBeUndefined();
		expect(data?.[root]).toEqual(expected ?? { now: "heat C", id: "s", heat: "heat C", american: "heat F" });
	});
});

describe("what a field requires, further down", () => {
	it.each([
		['station { heat(unit: "K") now }', { station: { heat: "heat K", now: "heat C" } }],
		["a: station { now } b: station { american }", { a: { now: "heat C" }, b: { american: "heat F" } }],
	])("is what it says: %s", async (fields, deep) => {
		expect(await graph.run(`{ deep { ${fields} } }`)).toEqual({ data: { deep } });
	});

	it("is never another's: what the planner cannot keep apart is refused", async () => {
		const refused = { code: "QUERY_TOO_COMPLEX" };
		await expect(graph.run("{ deep { station { now american } } }")).rejects.toMatchObject(refused);
	});
});
