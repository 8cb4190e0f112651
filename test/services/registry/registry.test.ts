import { afterEach, describe, expect, it } from "vitest";
import { encodeFeatureId, encodeNodeId } from "../../../core/registry/node-id.ts";
import { anonymousPrincipal } from "../../../services/access/authenticate.ts";
import type { Registry, SearchInput } from "../../../services/registry/registry.ts";
import type { RegistryDeps } from "../../../services/registry/registry-deps.ts";
import { createMemoryBus } from "../../../stores/bus/memory-bus.ts";
import { postgresRegistryStore } from "../../../stores/postgres/registry/registry-store.ts";
import { testDatabase } from "../../support/database.ts";
import { applyText, handClock, testRegistry } from "../../support/registry.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const test = testDatabase();
const open: Registry[] = [];

async function registryWith(deps: Partial<RegistryDeps> = {}): Promise<Registry> {
	const registry = await testRegistry(test.database, deps);
	open.push(registry);
	return registry;
}

afterEach(async () => {
	for (const registry of open.splice(0)) await registry.close();
});

const flights = (ttl = "7d") => `
entities:
  airport: { joinKeys: { airport: string }, description: An airport by its IATA code }
sources:
  landings: { parquet: a.parquet, eventTime: landed_at, tags: [raw] }
views:
  airport_delays:
    entities: [airport]
    source: landings
    ttl: ${ttl}
    owner: { name: Operations, contact: ops@example.org }
    tags: [delay]
    description: How late planes land
    features: { delay_mean_1h: { type: float64, description: Mean arrival delay }, flights_1h: int64 }
  context:
    kind: on-demand
    inputs: { views: [airport_delays] }
    features: { late: { type: bool, expression: "airport_delays.delay_mean_1h > 15.0" } }
services:
  delay_model: { features: ["airport_delays:*"], owner: Science }
`;

/** A store that counts what it is asked. */
function counting() {
	const store = postgresRegistryStore(test.database);
	const calls = { load: 0, revision: 0 };
	return {
		calls,
		store: {
			...store,
			load: (project: string) => {
				calls.load++;
				return store.load(project);
			},
			revision: (project: string) => {
				calls.revision++;
				return store.revision(project);
			},
		},
	};
}

describe("a snapshot", () => {
	it("of the default project is there from the start, empty", async () => {
		const registry = await registryWith();
		const snapshot = await registry.snapshot("default");
		expect(snapshot).toMatchObject({ project: "default", registryVersion: 0 });
		expect(snapshot.views.size).toBe(0);
		expect(await registry.projects()).toContain("default");
	});

	it("of an unknown project names the nearest", async () => {
		const registry = await registryWith();
		await applyText(registry, flights(), { project: "weather" });
		await expect(registry.snapshot("wether")).rejects.toMatchObject({
			code: "UNKNOWN_PROJECT",
			details: { name: "wether", nearest: ["weather"] },
		});
	});

	it("is loaded once for many at a time, and then comes from memory", async () => {
		const { store, calls } = counting();
		const clock = handClock();
		const registry = await registryWith({ store, clock });
		await applyText(await registryWith(), flights(), { project: "cached" });
		const snapshots = await Promise.all(Array.from({ length: 20 }, () => registry.snapshot("cached")));
		expect(new Set(snapshots).size).toBe(1);
		expect(await registry.snapshot("cached")).toBe(snapshots[0]);
		expect(calls).toEqual({ load: 1, revision: 0 });
		clock.advance(2_000_000n);
		expect(await registry.snapshot("cached")).toBe(snapshots[0]);
		await expect.poll(() => calls.revision).toBe(1);
		expect(calls.load).toBe(1);
	});

	it("follows what another process applied, told by the bus", async () => {
		const bus = createMemoryBus({ logger: silentLogger });
		const [a, b] = [await registryWith({ bus }), await registryWith({ bus })];
		await applyText(a, flights(), { project: "told" });
		expect((await b.snapshot("told")).registryVersion).toBe(1);
		await applyText(a, flights("1d"), { project: "told" });
		await expect.poll(async () => (await b.snapshot("told")).registryVersion).toBe(2);
	});

	it("follows it within a second where the message was lost", async () => {
		const clock = handClock();
		const [a, b] = [await registryWith(), await registryWith({ clock })];
		await applyText(a, flights(), { project: "untold" });
		expect((await b.snapshot("untold")).registryVersion).toBe(1);
		await applyText(a, flights("1d"), { project: "untold" });
		expect((await b.snapshot("untold")).registryVersion).toBe(1);
		clock.advance(1_000_000n);
		await expect.poll(async () => (await b.snapshot("untold")).registryVersion).toBe(2);
	});
});

describe("a version that has values", () => {
	it("answers online from then on; the one before it does until then", async () => {
		const registry = await registryWith();
		const project = "online";
		await applyText(registry, flights(), { project });
		const views = async () => (await registry.snapshot(project)).views;
		const first = (await views()).get("airport_delays");
		expect(first?.online).toBeNull();
		expect((await views()).get("context")?.online).toBeNull();
		await registry.markOnline(first?.current?.id ?? 0);
		expect((await views()).get("airport_delays")?.online?.version).toBe(1);
		expect((await views()).get("context")?.online?.version).toBe(1);

		await applyText(registry, flights("1d"), { project });
		expect((await views()).get("airport_delays")).toMatchObject({ current: { version: 2 }, online: { version: 1 } });
		expect((await views()).get("context")).toMatchObject({ current: { version: 2 }, online: { version: 1 } });
		const second = (await views()).get("airport_delays")?.current?.id ?? 0;
		const { revision } = await registry.snapshot(project);
		await registry.markOnline(second);
		expect((await registry.snapshot(project)).revision).not.toBe(revision);
		expect((await views()).get("airport_delays")?.online?.version).toBe(2);

		const marked = await registry.snapshot(project);
		await registry.markOnline(second);
		await registry.markOnline(999_999);
		expect((await registry.snapshot(project)).revision).toBe(marked.revision);
	});
});

describe("a search", () => {
	const search = async (input: Partial<SearchInput>) => {
		const registry = await registryWith();
		await applyText(registry, flights(), { project: "search" });
		const all = { project: "search", text: null, kinds: null, tags: null, owner: null, first: 20, after: null };
		const found = await registry.search(anonymousPrincipal, { ...all, ...input });
		const names = found.edges.map(({ node }) =>
			node.kind === "Feature" ? node.feature.name : node.version.definition.name,
		);
		return { names, ...found };
	};

	it("finds words of names, descriptions, tags and owners, best first", async () => {
		expect((await search({ text: "airport" })).names.slice(0, 2).sort()).toEqual(["airport", "airport_delays"]);
		expect((await search({ text: "delay_mean_1h" })).names[0]).toBe("delay_mean_1h");
		expect((await search({ text: "late planes" })).names).toEqual(["airport_delays"]);
		expect((await search({ text: "science" })).names).toEqual(["delay_model"]);
		expect((await search({ text: "arport", kinds: ["Entity"] })).names).toEqual(["airport"]);
		expect((await search({ text: "nothing of the kind" })).names).toEqual([]);
	});

	it("narrows by kind, tag and owner", async () => {
		expect((await search({ tags: ["delay"] })).names).toEqual(["airport_delays", "delay_mean_1h", "flights_1h"]);
		expect((await search({ tags: ["raw"], kinds: ["DataSource"] })).names).toEqual(["landings"]);
		expect((await search({ owner: "operations", kinds: ["FeatureView"] })).names).toEqual(["airport_delays"]);
	});

	it("gives page after page, each once", async () => {
		const names: string[] = [];
		let after: string | null = null;
		for (;;) {
			const page: Awaited<ReturnType<typeof search>> = await search({ first: 3, after });
			names.push(...page.names);
			after = page.pageInfo.endCursor;
			if (!page.pageInfo.hasNextPage) break;
		}
		expect(names).toEqual([...(await search({})).names]);
		expect(new Set(names).size).toBe(8);
	});

	it("shows a project only to whom may read it", async () => {
		const registry = await registryWith();
		await applyText(registry, flights(), { project: "secret" });
		const other = { ...anonymousPrincipal, projects: new Set(["search"]) };
		const input = { text: "airport", kinds: null, tags: null, owner: null, first: 20, after: null };
		const found = await registry.search(other, { ...input, project: null });
		expect(found.edges.every(({ node }) => node.project === "search")).toBe(true);
		await expect(registry.search(other, { ...input, project: "secret" })).rejects.toMatchObject({ code: "FORBIDDEN" });
	});
});

describe("an id", () => {
	it("leads to what it stands for, in whatever project", async () => {
		const registry = await registryWith();
		await applyText(registry, flights(), { project: "ids" });
		const view = (await registry.snapshot("ids")).views.get("airport_delays")?.current;
		const id = view?.id ?? 0;
		const other = await registryWith();
		expect(await other.findById(anonymousPrincipal, encodeNodeId("FeatureView", id))).toMatchObject({
			kind: "FeatureView",
			project: "ids",
			version: { id },
		});
		expect(await other.findById(anonymousPrincipal, encodeFeatureId(id, "flights_1h"))).toMatchObject({
			kind: "Feature",
			feature: { name: "flights_1h" },
		});
		expect(await other.versionById(id)).toMatchObject({ kind: "FeatureView", project: "ids" });
	});

	it("of another kind, of nothing, or of a project that may not be read is null", async () => {
		const registry = await registryWith();
		await applyText(registry, flights(), { project: "ids" });
		const id = (await registry.snapshot("ids")).views.get("airport_delays")?.current?.id ?? 0;
		const stranger = { ...anonymousPrincipal, projects: new Set(["other"]) };
		expect(await registry.findById(stranger, encodeNodeId("FeatureView", id))).toBeNull();
		for (const wrong of [
			encodeNodeId("Entity", id),
			encodeNodeId("FeatureView", 999_999),
			encodeNodeId("FeatureView", "9".repeat(30)),
			encodeNodeId("FeatureView", 4_000_000_000),
			encodeFeatureId(id, "nothing"),
			"no id",
			"",
		]) {
			expect(await registry.findById(anonymousPrincipal, wrong)).toBeNull();
		}
	});
});
