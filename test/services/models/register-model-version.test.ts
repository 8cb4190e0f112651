import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scalar } from "../../../core/values/type.ts";
import { aliasesOf, modelVersion, versionsOfFeature } from "../../../services/models/read-models.ts";
import {
	type RegisterModelVersionInput,
	registerModelVersion,
} from "../../../services/models/register-model-version.ts";
import { postgresModelStore } from "../../../stores/postgres/models/model-store.ts";
import { testDatabase } from "../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../support/run-house.ts";

describe("registering model versions", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	beforeAll(async () => {
		house = await runHouse(test.database, 1000n);
		const joinKeys = [{ name: "airport", type: scalar("STRING") }];
		const rows = { origin: { kind: "postgres", connection: null, table: "public.delays" } } as const;
		registry = await fixtureRegistry(
			test.database,
			[{ name: "delays", joinKeys, features: [featureOf("delay", scalar("FLOAT64"))], rows }],
			null,
			0n,
		);
	});
	afterAll(() => house.close());
	const deps = () => ({ ...house, registry, models: postgresModelStore(test.database) });
	const register = (more: Partial<RegisterModelVersionInput> = {}) =>
		registerModelVersion(deps(), anyone, {
			project: "default",
			model: "delay",
			featureService: "all_features",
			featureServiceVersion: null,
			trainingSet: null,
			artifactUri: "s3://models/delay/1",
			description: null,
			tags: null,
			idempotencyKey: null,
			...more,
		});

	it("pins the current version of the service, and is found by feature, number, alias and instant", async () => {
		const first = await register();
		house.time.now = 2000n;
		const second = await register({ featureService: null });
		expect([first.version, second.version]).toEqual([1, 2]);
		const choose = (choice: { version?: number; alias?: string; at?: bigint }) =>
			modelVersion(deps(), anyone, "default", "delay", { version: null, alias: null, at: null, ...choice });
		expect((await choose({}))?.version).toBe(2);
		expect((await choose({ alias: "latest", at: 1500n }))?.version).toBe(1);
		expect((await choose({ version: 1 }))?.createdBy).toBe("anonymous");
		expect(await choose({ version: 2, at: 1500n })).toBeNull();
		await expect(choose({ alias: "champion" })).rejects.toMatchObject({ code: "NOT_FOUND" });
		expect(await aliasesOf(deps(), second)).toEqual(["latest"]);
		expect(await aliasesOf(deps(), first)).toEqual([]);
		const page = { first: 10, after: null };
		const readers = await versionsOfFeature(deps(), anyone, "default", registry.view("delays").id, "delay", page);
		expect(readers.rows.map(({ version }) => version)).toEqual([1]);
		expect(
			(await versionsOfFeature(deps(), anyone, "default", registry.view("delays").id, "other", page)).rows,
		).toEqual([]);
	});

	it("registers once for one key", async () => {
		const made = await Promise.all([1, 2, 3].map(() => register({ model: "keyed", idempotencyKey: "run-7" })));
		expect(made.map(({ version }) => version)).toEqual([1, 1, 1]);
	});

	it("names what it does not know", async () => {
		await expect(register({ featureService: "all_feature" })).rejects.toMatchObject({
			code: "UNKNOWN_SERVICE",
			details: { nearest: ["all_features"] },
		});
		await expect(register({ featureServiceVersion: 9 })).rejects.toMatchObject({ code: "UNKNOWN_SERVICE" });
		await expect(register({ trainingSet: "no-such" })).rejects.toMatchObject({ code: "NOT_FOUND" });
		await expect(register({ model: "../x" })).rejects.toMatchObject({ code: "INVALID_NAME" });
	});

	it.each([
		"file:///etc/passwd",
		"/etc/passwd",
		"models/1",
		"s3://bucket/../secret",
		"s3://bucket/%2e%2e/secret",
		"s3:nothing",
		"gopher://x/y",
	])("refuses the artifact %s", async (artifactUri) => {
		await expect(register({ artifactUri })).rejects.toMatchObject({
			code: "BAD_USER_INPUT",
			details: { path: ["artifactUri"] },
		});
	});

	it("asks for the permission", async () => {
		const reader = { ...anyone, permissions: new Set(["READ"] as const) };
		await expect(
			registerModelVersion(deps(), reader, {
				project: "default",
				model: "delay",
				featureService: null,
				featureServiceVersion: null,
				trainingSet: null,
				artifactUri: null,
				description: null,
				tags: null,
				idempotencyKey: null,
			}),
		).rejects.toMatchObject({ code: "FORBIDDEN" });
	});
});
