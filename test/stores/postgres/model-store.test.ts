import { beforeAll, describe, expect, it } from "vitest";
import type { ModelStore, NewModelVersion } from "../../../core/ports/model-store.ts";
import { postgresModelStore } from "../../../stores/postgres/models/model-store.ts";
import { testDatabase } from "../../support/database.ts";
import { storeViews } from "../../support/stored-view.ts";

describe("models in PostgreSQL", () => {
	const test = testDatabase();
	let store: ModelStore;
	let projectId: number;
	let serviceIds: readonly number[];
	beforeAll(async () => {
		store = postgresModelStore(test.database);
		({ projectId, versionIds: serviceIds } = await storeViews(test.database, "default", ["one", "two"]));
	});
	const version = (model: string, more: Partial<NewModelVersion> = {}): NewModelVersion => ({
		projectId,
		project: "default",
		model,
		description: "A model",
		tags: ["a", 'with "quotes", and {braces}'],
		artifactUri: null,
		serviceVersionId: null,
		trainingSetId: null,
		createdAt: 5n,
		createdBy: "token:ci",
		...more,
	});

	it("number versions 1, 2, 3 … however many register at once", async () => {
		const made = await Promise.all(Array.from({ length: 20 }, () => store.register(version("delay"))));
		expect(made.map(({ version: number }) => number).sort((a, b) => a - b)).toEqual(
			Array.from({ length: 20 }, (_, i) => i + 1),
		);
		expect(new Set(made.map(({ model }) => model.id)).size).toBe(1);
		expect(made[0]?.tags).toEqual(["a", 'with "quotes", and {braces}']);
	});

	it("never change a version", async () => {
		await store.register(version("fixed"));
		await expect(test.database.pool.query("UPDATE featuregraph.model_versions SET artifact_uri = 'x'")).rejects.toThrow(
			"never changed",
		);
	});

	it("answer by number, the latest, and what was the latest then", async () => {
		await store.register(version("dated", { createdAt: 100n }));
		await store.register(version("dated", { createdAt: 200n }));
		const model = await store.model(projectId, "dated");
		const id = model?.id as string;
		expect((await store.version(id, 1))?.version).toBe(1);
		expect(await store.version(id, 3)).toBeNull();
		expect((await store.latest(id, null))?.version).toBe(2);
		expect((await store.latest(id, 150n))?.version).toBe(1);
		expect(await store.latest(id, 50n)).toBeNull();
		expect(await store.modelById("nonsense")).toBeNull();
		expect((await store.modelById(id))?.name).toBe("dated");
	});

	it("page models by name, versions newest first, and versions by what they read", async () => {
		const models = await store.models(projectId, { first: 2, after: null });
		expect(models.rows.map(({ name }) => name)).toEqual(["dated", "delay"]);
		expect(models.hasNextPage).toBe(true);
		expect((await store.models(projectId, { first: 2, after: "delay" })).rows.map(({ name }) => name)).toEqual([
			"fixed",
		]);
		const delay = models.rows[1]?.id as string;
		const page = await store.versions(delay, { first: 3, after: "19" });
		expect(page.rows.map(({ version: number }) => number)).toEqual([18, 17, 16]);
		const [one, two] = serviceIds as [number, number];
		await store.register(version("delay", { serviceVersionId: one }));
		const reader = await store.register(version("dated", { serviceVersionId: two }));
		const found = await store.versionsOfServices([two], { first: 10, after: null });
		expect(found.rows.map(({ id }) => id)).toEqual([reader.id]);
		expect((await store.versionsOfServices([one, two], { first: 1, after: null })).hasNextPage).toBe(true);
	});
});
