import { describe, expect, it } from "vitest";
import { loadConfiguration } from "../../../app/configuration/load-configuration.ts";
import { argumentsOf } from "../../../app/processes/arguments.ts";
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

	it("shares its port only where nothing else runs beside the answers", () => {
		const workers = { FEATUREGRAPH_WORKERS: "2" };
		expect(missing([], { ...stores, ...workers })).toEqual(["FEATUREGRAPH_WORKERS"]);
		expect(missing(["worker"], { ...stores, ...workers })).toEqual(["FEATUREGRAPH_WORKERS"]);
		expect(missing(["gateway"], { ...secret, ...urls, ...workers })).toEqual([]);
		expect(missing(["subgraph", "serving"], { ...stores, ...secret, ...workers })).toEqual([]);
	});

	it("takes the number of workers as an argument, and no other option", () => {
		const taken = { words: ["subgraph", "serving"], settings: { FEATUREGRAPH_WORKERS: "4" } };
		expect(argumentsOf(["subgraph", "serving", "--workers", "4"])).toEqual(taken);
		expect(argumentsOf(["gateway"])).toEqual({ words: ["gateway"], settings: {} });
		for (const wrong of [
			["--worker", "4"],
			["gateway", "--workers"],
		]) {
			expect(() => argumentsOf(wrong)).toThrow(expect.objectContaining({ code: "CONFIGURATION_INVALID" }));
		}
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
