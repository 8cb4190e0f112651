import { QueryPlanner } from "@graphql-hive/router-query-planner";
import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { selectOperation } from "../../../gateway/admit/select-operation.ts";
import { standsAloneIn } from "../../../gateway/execute/stands-alone.ts";
import { soleService } from "../../../gateway/plan/sole-service.ts";
import { compose } from "../../../schema/compose.ts";
import { subgraphNames, subgraphSdl } from "../../../schema/subgraph-sdl.ts";

/** The subgraph that a document would be handed to as it stands. */
function soleSubgraph(change: (sdl: string, name: string) => string = (sdl) => sdl) {
	const sources = subgraphNames.map((name) => ({ name, sdl: change(subgraphSdl(name), name) }));
	const { supergraphSdl, publicSdl } = compose(sources);
	const planner = new QueryPlanner(supergraphSdl);
	const schema = buildSchema(publicSdl);
	return (query: string) => {
		const document = parse(query);
		const name = soleService([planner.plan(query, null, new Set(), 0)]);
		const sdl = sources.find((source) => source.name === name)?.sdl;
		if (name === null || sdl === undefined) return null;
		return standsAloneIn(sdl, schema)(document, selectOperation(document, null)) ? name : null;
	};
}

describe("the sole subgraph of an operation", () => {
	const sole = soleSubgraph();

	it.each([
		["{ onlineFeatures(select: {features: []}, entities: []) { columns { name values feature { id } } } }", "serving"],
		['{ featureView(name: "v") { name features { edges { node { name } } } } }', "registry"],
		["subscription { alertEvents { cursor alert { message } } }", "monitoring"],
		['mutation { registerModelVersion(input: {model: "m"}) { modelVersion { version } } }', "models"],
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
	])("is none for %s", (_, query) => {
		expect(sole(query)).toBeNull();
	});

	it("is none where the subgraph has what clients must not see", () => {
		const hiding = soleSubgraph((sdl, name) =>
			name === "models" ? sdl.replace("description: String", "description: String secret: Int @inaccessible") : sdl,
		);
		expect(hiding("{ models { edges { cursor } } }")).toBeNull();
		expect(hiding("{ project { name } }")).toBe("registry");
	});

	it("is none for several plans, and for none", () => {
		const plan = new QueryPlanner(
			compose(subgraphNames.map((name) => ({ name, sdl: subgraphSdl(name) }))).supergraphSdl,
		).plan("{ project { name } }", null, new Set(), 0);
		expect(soleService([plan])).toBe("registry");
		expect(soleService([plan, plan])).toBeNull();
		expect(soleService([])).toBeNull();
	});
});
