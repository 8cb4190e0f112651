import { afterAll, beforeAll, expect, it } from "vitest";
import type { Registry } from "../../../services/registry/registry.ts";
import { entityFaceOf } from "../../../subgraphs/serving/entity-face/face.ts";
import { entityFaceSdl } from "../../../subgraphs/serving/entity-face/face-sdl.ts";
import { testDatabase } from "../../support/database.ts";
import { applyText, testRegistry } from "../../support/registry.ts";

const test = testDatabase();
let registry: Registry;
beforeAll(async () => {
	registry = await testRegistry(test.database);
});
afterAll(() => registry.close());

const definitions = (features: string) => `
entities: { airport: { joinKeys: { airport: string } } }
sources: { weather: { push: {}, eventTime: at, columns: { airport: string, at: timestamp, wind: float64, rain: float64 } } }
views:
  conditions: { entities: [airport], source: weather, features: ${features} }
  conditions_v1: { entities: [airport], source: weather, features: { rain: float64 } }
  conditions_v2: { entities: [airport], source: weather, features: { rain: float64 } }
services: { model: { features: ["conditions:*"] } }
`;

it("a version whose name a view has gets another one, and says so, where nobody has pinned it", async () => {
	await applyText(registry, definitions("{ wind: float64 }"));
	await applyText(registry, definitions("{ wind: float64, rain: float64 }"));
	const snapshot = await registry.snapshot("default");
	const [old] = snapshot.views.get("conditions")?.all.filter(({ version }) => version === 1) ?? [];
	const model = snapshot.services.get("model");
	if (old === undefined || model?.current == null) throw new Error("They were applied");
	// As long as the new version is not online everywhere, a service reads the old one.
	const features = model.current.features.map((feature) => ({ ...feature, viewVersion: old }));
	const services = new Map([["model", { ...model, current: { ...model.current, features } }]]);
	const sdl = entityFaceSdl(entityFaceOf([{ snapshot: { ...snapshot, services }, prefix: "" }]));
	expect(sdl).toContain("conditionsV1: ConditionsV1Row\n");
	expect(sdl).toContain("conditionsVersion1: ConditionsVersion1Row @deprecated");
	expect(sdl).toContain("Another view has the name `conditionsV1`.");
});

it("a version that is not online yet is not called an old one", async () => {
	const snapshot = await registry.snapshot("default");
	const conditions = snapshot.views.get("conditions");
	const [old] = conditions?.all.filter(({ version }) => version === 1) ?? [];
	if (conditions === undefined || old === undefined) throw new Error("They were applied");
	const views = new Map([...snapshot.views, ["conditions", { ...conditions, online: old }] as const]);
	const sdl = entityFaceSdl(entityFaceOf([{ snapshot: { ...snapshot, views }, prefix: "" }]));
	expect(sdl).toContain(
		"Version 2 of conditions, which takes its place once it has values; version 1 is `conditions`.",
	);
});

it("is refused where it is pinned", async () => {
	const pinned = definitions("{ wind: float64 }").replace("conditions:*", "conditions@1:wind");
	await expect(applyText(registry, pinned)).rejects.toMatchObject({ errors: [{ code: "GRAPHQL_NAME_COLLISION" }] });
});
