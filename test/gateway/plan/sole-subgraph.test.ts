import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";
import { soleSubgraphOf } from "../../../gateway/plan/sole-subgraph.ts";
import { subgraphNames, subgraphSdl } from "../../../schema/subgraph-sdl.ts";

const unreached = (name: string, sdl: string): SubgraphExecutor => ({
	name,
	sdl: async () => sdl,
	execute: () => Promise.reject(new Error("not to be executed")),
	subscribe: () => Promise.reject(new Error("not to be executed")),
});

function planner(change: (sdl: string) => string = (sdl) => sdl) {
	const sources = subgraphNames.map((name) => ({ name, sdl: change(subgraphSdl(name)) }));
	const sole = soleSubgraphOf(
		sources,
		sources.map(({ name, sdl }) => unreached(name, sdl)),
	);
	return (query: string) => sole(parse(query))?.name ?? null;
}

describe("the sole subgraph of an operation", () => {
	const sole = planner();

	it.each([
		["{ onlineFeatures(select: {features: []}, entities: []) { columns { name values feature { id } } } }", "serving"],
		['{ featureView(name: "v") { name features { edges { node { name } } } } }', "registry"],
		["subscription { alertEvents { cursor alert { message } } }", "monitoring"],
		['mutation { registerModelVersion(input: {model: "m"}) { modelVersion { version } } }', "models"],
		['query A { models { edges { cursor } } } query B { model(name: "m") { name } }', "models"],
	])("answers %s", (query, subgraph) => {
		expect(sole(query)).toBe(subgraph);
	});

	it.each([
		["a field of an entity that another subgraph owns", '{ featureView(name: "v") { freshness { status } } }'],
		[
			"a field of a feature that only the registry knows",
			"{ onlineFeatures(select: {features: []}, entities: []) { columns { feature { name } } } }",
		],
		["roots of two subgraphs", "{ models { edges { cursor } } project { name } }"],
		["introspection", "{ __schema { queryType { name } } }"],
		["introspection beside data", '{ project { name } __type(name: "Project") { name } }'],
	])("is none for %s", (_, query) => {
		expect(sole(query)).toBeNull();
	});

	it("is none where a subgraph declares fields that another may answer", () => {
		const shared = planner((sdl) =>
			sdl.replace("type ModelConnection", "type Extra { a: String @external } type ModelConnection"),
		);
		expect(shared("{ models { edges { cursor } } }")).toBeNull();
		expect(shared("{ project { name } }")).toBe("registry");
	});
});
