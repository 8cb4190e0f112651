import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { loadConfiguration } from "../../app/configuration/load-configuration.ts";
import { doorOptions } from "../../app/door-options.ts";
import { type TemporaryFolder, temporaryFolder } from "../support/server.ts";

let folder: TemporaryFolder;
beforeAll(async () => {
	folder = await temporaryFolder();
});
afterAll(() => folder.remove());

const optionsOf = (env: Record<string, string>) => doorOptions(loadConfiguration(env, folder.path));
const FEATUREGRAPH_ACCESS_TOKENS = JSON.stringify([{ name: "ci", sha256: "a".repeat(64) }]);

describe("the door as it is configured", () => {
	it("shows the schema to everybody, or, with access tokens, to those who bring one", async () => {
		expect(await optionsOf({})).toMatchObject({ introspection: "all", trustedOnly: false });
		expect(await optionsOf({ FEATUREGRAPH_ACCESS_TOKENS })).toMatchObject({ introspection: "authenticated" });
		const none = await optionsOf({ FEATUREGRAPH_ACCESS_TOKENS, FEATUREGRAPH_INTROSPECTION: "none" });
		expect(none.introspection).toBe("none");
	});

	it("explains plans to whom it is told", async () => {
		expect(await optionsOf({})).not.toHaveProperty("explain");
		expect(await optionsOf({ FEATUREGRAPH_EXPLAIN: "WRITE_MODELS" })).toMatchObject({ explain: "WRITE_MODELS" });
		expect(await optionsOf({ FEATUREGRAPH_EXPLAIN: "nobody" })).toMatchObject({ explain: null });
		await expect(async () => optionsOf({ FEATUREGRAPH_EXPLAIN: "everybody" })).rejects.toThrow("FEATUREGRAPH_EXPLAIN");
	});

	it("reads the manifest of trusted documents, or says what is wrong with it", async () => {
		const FEATUREGRAPH_TRUSTED_DOCUMENTS = "manifest.json";
		await expect(optionsOf({ FEATUREGRAPH_TRUSTED_DOCUMENTS })).rejects.toMatchObject({
			code: "CONFIGURATION_INVALID",
		});
		await writeFile(join(folder.path, "manifest.json"), '{"one": "{ __typename }"}');
		const { trustedDocuments } = await optionsOf({ FEATUREGRAPH_TRUSTED_DOCUMENTS });
		expect(trustedDocuments?.textOf("one")).toBe("{ __typename }");
	});
});
