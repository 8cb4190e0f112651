import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../app/configuration/load-configuration.ts";
import { checkRole, roleOf } from "../../../app/processes/role.ts";
import { FeaturegraphError, FeaturegraphErrors } from "../../../core/errors/featuregraph-error.ts";

const stores = { DATABASE_URL: "postgres://db/featuregraph", REDIS_URL: "redis://redis" };
const secret = { FEATUREGRAPH_SUBGRAPH_SECRET: "x".repeat(32) };
const urls = { FEATUREGRAPH_SUBGRAPH_URLS: "registry=http://r,models=http://m,serving=http://s,monitoring=http://o" };

function missing(args: readonly string[], env: Record<string, string>): readonly (string | undefined)[] {
	try {
		checkRole(roleOf(args), loadConfiguration(env, "/nowhere"));
		return [];
	} catch (error) {
		if (error instanceof FeaturegraphErrors) return error.errors.map(({ name }) => name);
		throw error;
	}
}

describe("the role of a process", () => {
	it("is everything, or the one that the arguments name", () => {
		expect(roleOf([])).toEqual({ kind: "all-in-one" });
		expect(roleOf(["gateway"])).toEqual({ kind: "gateway" });
		expect(roleOf(["worker"])).toEqual({ kind: "worker" });
		expect(roleOf(["subgraph", "serving"])).toEqual({ kind: "subgraph", name: "serving" });
	});

	it.each([
		[["gatewy"], ["gateway"]],
		[["subgraph"], []],
		[["subgraph", "servin"], ["serving"]],
		[["worker", "serving"], ["worker"]],
		[["subgraph", "serving", "models"], ["subgraph"]],
	])("refuses %j with the nearest name", (args, nearest) => {
		const failure = (() => {
			try {
				return roleOf(args);
			} catch (error) {
				return error;
			}
		})();
		expect(failure).toBeInstanceOf(FeaturegraphError);
		expect(failure).toMatchObject({ code: "CONFIGURATION_INVALID", details: { nearest } });
	});

	it("needs what several processes share, told all at once", () => {
		expect(missing([], {})).toEqual([]);
		expect(missing(["worker"], {})).toEqual(["DATABASE_URL", "REDIS_URL"]);
		expect(missing(["worker"], stores)).toEqual([]);
		const needed = ["FEATUREGRAPH_SUBGRAPH_SECRET", "DATABASE_URL", "REDIS_URL"];
		expect(missing(["subgraph", "registry"], {})).toEqual(needed);
		expect(missing(["subgraph", "registry"], { ...stores, ...secret })).toEqual([]);
	});

	it("of a gateway needs the place of every subgraph that it does not run itself", () => {
		expect(missing(["gateway"], { ...secret, ...urls })).toEqual([]);
		const three = { FEATUREGRAPH_SUBGRAPH_URLS: "registry=http://r,models=http://m,monitoring=http://o" };
		expect(missing(["gateway"], { ...secret, ...three })).toEqual(["FEATUREGRAPH_SUBGRAPH_URLS"]);
		const near = { ...three, FEATUREGRAPH_LOCAL_SUBGRAPHS: "serving" };
		expect(missing(["gateway"], { ...secret, ...near })).toEqual(["DATABASE_URL", "REDIS_URL"]);
		expect(missing(["gateway"], { ...secret, ...near, ...stores })).toEqual([]);
	});
});
