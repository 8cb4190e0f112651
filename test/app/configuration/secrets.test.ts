import { expect, it } from "vitest";
import { loadConfiguration } from "../../../app/configuration/load-configuration.ts";
import { FeaturegraphErrors } from "../../../core/errors/featuregraph-error.ts";

it.each([
	["DATABASE_URL", "postgres://me:hunter2@[bad/x"],
	["DATABASE_URL", "mysql://me:hunter2@host/x"],
	["REDIS_URL", "http://me:hunter2@host"],
	["FEATUREGRAPH_CONNECTIONS", '{"sales": "postgres://me:hunter2@[bad/x"}'],
	["FEATUREGRAPH_CONNECTIONS", '{"sales": "postgres://me:hunter2@host/x",}'],
])("%s with %s is refused without its password being told", (name, value) => {
	let errors: FeaturegraphErrors["errors"] = [];
	try {
		loadConfiguration({ [name]: value }, "/");
	} catch (error) {
		if (error instanceof FeaturegraphErrors) errors = error.errors;
	}
	expect(errors.map((error) => error.name)).toEqual([name]);
	expect(JSON.stringify(errors)).not.toContain("hunter2");
});
