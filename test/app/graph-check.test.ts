import { afterAll, afterEach, describe, expect, it } from "vitest";
import { graphCheck } from "../../app/graph-check.ts";
import { FeaturegraphErrors } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import { createComposer } from "../../gateway/generation/composer.ts";
import type { SubgraphSource } from "../../schema/compose.ts";
import type { Registry } from "../../services/registry/registry.ts";
import { postgresAuditLog } from "../../stores/postgres/audit/audit-log.ts";
import { testDatabase } from "../support/database.ts";
import { applyText, testRegistry } from "../support/registry.ts";

const test = testDatabase();
const composer = createComposer();
const open: Registry[] = [];
afterEach(async () => {
	for (const registry of open.splice(0)) await registry.close();
});
afterAll(() => composer.close());

let projects = 0;

/** A registry whose face is that of one new project, with these documents and subgraphs beside it. */
async function registryWith({
	documents = [],
	others = [],
	shown = true,
}: {
	readonly documents?: readonly { readonly id: string; readonly text: string }[];
	readonly others?: readonly SubgraphSource[];
	readonly shown?: boolean;
} = {}) {
	projects += 1;
	const project = `checked_${projects}`;
	const faces = [{ project: shown ? project : "elsewhere", prefix: "" }];
	const registry: Registry = await testRegistry(test.database, {
		graphCheck: (change) => graphCheck({ faces, registry, composer, documents, others: async () => others })(change),
	});
	open.push(registry);
	const apply = (views: Record<string, string>, more: { readonly breakDocuments?: boolean } = {}) =>
		applyText(registry, definitions(views), { project, allowDelete: true, ...more });
	return { registry, project, apply };
}

const definitions = (views: Record<string, string>) => `
entities:
  driver: { joinKeys: { driver_id: int64 } }
sources:
  pushed: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, fare: float64, tip: float64 } }
views:
${Object.entries(views)
	.map(
		([name, features]) =>
			`  ${name}: { entities: [driver], source: pushed, ttl: 7d, features: ${features === "" ? "{}" : features} }`,
	)
	.join("\n")}
`;

const both = "{ fare: float64, tip: float64 }";
const reads = (view: string, feature: string) =>
	`query Of($id: Int64!) { entities { driver(driverId: $id) { features { ${view} { ${feature} } } } } }`;

async function refusal(applying: Promise<unknown>): Promise<readonly UserError[]> {
	const error: unknown = await applying.then(
		() => null,
		(reason: unknown) => reason,
	);
	expect(error).toBeInstanceOf(FeaturegraphErrors);
	return (error as FeaturegraphErrors).errors;
}

const document = { id: "driver-tips", text: reads("trips", "tip") };

describe("an apply that would break a trusted document", () => {
	it("is refused by the document's name, and changes nothing", async () => {
		const { registry, project, apply } = await registryWith({ documents: [document] });
		await apply({ trips: both });
		const before = await registry.snapshot(project);
		expect(await refusal(apply({ trips: "{ fare: float64 }" }))).toEqual([
			{
				code: "GRAPH_BREAKS_DOCUMENTS",
				name: "driver-tips",
				message: expect.stringMatching(/"driver-tips" would break: Cannot query field "tip"/),
				nearest: [],
				hint: expect.any(String),
			},
		]);
		expect((await registry.snapshot(project)).revision).toBe(before.revision);
	});

	it("is refused also where the break comes later, with the values of the new version", async () => {
		const { registry, project, apply } = await registryWith({ documents: [document] });
		await apply({ trips: both });
		const version = (await registry.snapshot(project)).views.get("trips")?.current?.id ?? 0;
		await registry.markOnline(version);
		const [error] = await refusal(apply({ trips: "{ fare: float64 }" }));
		expect(error?.code).toBe("GRAPH_BREAKS_DOCUMENTS");
	});

	it("is refused where a view is deleted that one reads", async () => {
		const { apply } = await registryWith({ documents: [document] });
		await apply({ trips: both, other: "{ fare: float64 }" });
		const [error] = await refusal(apply({ other: "{ fare: float64 }" }));
		expect(error).toMatchObject({ code: "GRAPH_BREAKS_DOCUMENTS", name: "driver-tips" });
	});

	it("goes through when it is forced, and the audit log says what it broke", async () => {
		const { project, apply } = await registryWith({ documents: [document] });
		await apply({ trips: both });
		await apply({ trips: "{ fare: float64 }" }, { breakDocuments: true });
		const [entry] = await postgresAuditLog(test.database).recent(project, 1);
		expect(entry?.details).toMatchObject({ brokenDocuments: ["driver-tips"] });
	});

	it("is not blamed for a document that was broken before, and may mend it", async () => {
		const { apply } = await registryWith({ documents: [document, { id: "never", text: "{ nothing }" }] });
		await apply({ trips: "{ fare: float64 }" });
		await apply({ trips: both });
		const errors = await refusal(apply({ trips: "{ fare: float64 }" }));
		expect(errors.map(({ name }) => name)).toEqual(["driver-tips"]);
	});

	it("is not looked at where its project has no face", async () => {
		const { apply } = await registryWith({ documents: [document], shown: false });
		await apply({ trips: both });
		await apply({ trips: "{ fare: float64 }" });
	});
});

describe("an apply whose face does not fit another team's subgraph", () => {
	const others = [
		{
			name: "drivers",
			sdl: `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
				scalar Int64
				type Query { drivers: [Driver] }
				type Driver @key(fields: "driverId") { driverId: Int64! name: String features: String }`,
		},
	];

	it("is refused with both sides named, and cannot be forced", async () => {
		const { registry, project, apply } = await registryWith({ others });
		for (const breakDocuments of [false, true]) {
			const errors = await refusal(apply({ trips: both }, { breakDocuments }));
			expect(errors.map(({ code }) => code)).toContain("GRAPH_DOES_NOT_COMPOSE");
			expect(errors.map(({ message }) => message).join("\n")).toMatch(/drivers.*serving|serving.*drivers/s);
		}
		await expect(registry.snapshot(project)).rejects.toMatchObject({ code: "UNKNOWN_PROJECT" });
	});

	it("goes through where they fit: the key joins them", async () => {
		const fitting = others.map(({ name, sdl }) => ({ name, sdl: sdl.replace("features: String", "") }));
		const { registry, project, apply } = await registryWith({ others: fitting });
		await apply({ trips: both });
		expect((await registry.snapshot(project)).registryVersion).toBe(1);
	});
});
