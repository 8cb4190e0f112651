import { sql } from "drizzle-orm";
import { afterEach, describe, expect, it } from "vitest";
import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import type { BusEvent } from "../../../core/ports/bus.ts";
import type { RegistrySnapshot } from "../../../core/registry/snapshot.ts";
import { anonymousPrincipal } from "../../../services/access/authenticate.ts";
import type { Registry } from "../../../services/registry/registry.ts";
import type { RegistryDeps } from "../../../services/registry/registry-deps.ts";
import { createMemoryBus } from "../../../stores/bus/memory-bus.ts";
import { postgresAuditLog } from "../../../stores/postgres/audit/audit-log.ts";
import { postgresModelStore } from "../../../stores/postgres/models/model-store.ts";
import { postgresRegistryStore } from "../../../stores/postgres/registry/registry-store.ts";
import { testDatabase } from "../../support/database.ts";
import { applyText, definitionsInput, testRegistry } from "../../support/registry.ts";
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

let projects = 0;
/** A project that no other test knows. */
const newProject = (): string => `project_${++projects}`;

interface Parts {
	readonly ttl?: string;
	readonly owner?: string;
	readonly column?: string;
	readonly service?: string;
}

const definitions = ({
	ttl = "7d",
	owner = "Ops",
	column = "fare: float64",
	service = "[trips:fare, offer:offer]",
}: Parts = {}) => `
entities:
  driver: { joinKeys: { driver_id: int64 } }
sources:
  pushed: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, ${column} } }
views:
  trips:
    entities: [driver]
    source: pushed
    ttl: ${ttl}
    owner: ${owner}
    features: { fare: float64 }
  offer:
    kind: on-demand
    inputs: { request: { surge: float64 }, views: [trips] }
    features: { offer: { type: float64, expression: "trips.fare * request.surge" } }
services:
  model: { features: ${service} }
`;

async function failure(work: Promise<unknown>): Promise<{ code: ErrorCode; message: string }> {
	try {
		await work;
	} catch (error) {
		const { code, errors, message } = error as { code?: ErrorCode; errors?: { code: ErrorCode }[]; message: string };
		return { code: code ?? errors?.[0]?.code ?? "INTERNAL_SERVER_ERROR", message };
	}
	throw new Error("It was expected to fail.");
}

const versionsOf = ({ views, services, entities, sources }: RegistrySnapshot) =>
	Object.fromEntries(
		[...entities, ...sources, ...views, ...services].map(([name, { all, current }]) => [
			name,
			[current?.version ?? null, all.length],
		]),
	);

describe("an apply", () => {
	it("makes what the files say, once", async () => {
		const registry = await registryWith();
		const project = newProject();
		const first = await applyText(registry, definitions(), { project });
		expect(first.registryVersion).toBe(1);
		expect(first.plan).toMatchObject({ created: 5, updated: 0, deleted: 0, registryVersion: 0 });
		const snapshot = await registry.snapshot(project);
		expect(versionsOf(snapshot)).toEqual({
			driver: [1, 1],
			pushed: [1, 1],
			trips: [1, 1],
			offer: [1, 1],
			model: [1, 1],
		});
		const service = snapshot.services.get("model")?.current;
		expect(service?.features.map(({ prefix, feature }) => `${prefix}:${feature}`)).toEqual([
			"trips:fare",
			"offer:offer",
		]);
		expect(service?.features[0]?.viewVersion).toBe(snapshot.views.get("trips")?.current);
		expect(snapshot.views.get("offer")?.current?.joinKeys.map(({ name }) => name)).toEqual(["driver_id"]);

		const again = await applyText(registry, definitions(), { project });
		expect(again.plan.changes).toEqual([]);
		expect(again.registryVersion).toBe(1);
		expect((await registry.snapshot(project)).revision).toBe(snapshot.revision);
	});

	it("moves what is made from a changed view, and says why", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const { plan } = await applyText(registry, definitions({ ttl: "1d" }), { project });
		expect(plan.changes.map(({ name, action, makesNewVersion }) => [name, action, makesNewVersion])).toEqual([
			["offer", "UPDATE", true],
			["trips", "UPDATE", true],
			["model", "UPDATE", true],
		]);
		const fieldsOf = (name: string) => plan.changes.find((change) => change.name === name)?.fields;
		expect(fieldsOf("trips")).toEqual([{ path: "ttl", before: "7d", after: "1d" }]);
		expect(fieldsOf("offer")).toEqual([{ path: "inputs.trips.version", before: 1, after: 2 }]);
		expect(fieldsOf("model")).toEqual([
			{ path: "views.trips.version", before: 1, after: 2 },
			{ path: "views.offer.version", before: 1, after: 2 },
		]);
		const snapshot = await registry.snapshot(project);
		expect(versionsOf(snapshot)).toMatchObject({
			driver: [1, 1],
			pushed: [1, 1],
			trips: [2, 2],
			offer: [2, 2],
			model: [2, 2],
		});
		const [before] = snapshot.services.get("model")?.all ?? [];
		expect(before?.features.map(({ viewVersion }) => viewVersion.version)).toEqual([1, 1]);
	});

	it("goes back to an earlier definition without a new version", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const first = await registry.snapshot(project);
		await applyText(registry, definitions({ ttl: "1d" }), { project });
		const { plan } = await applyText(registry, definitions(), { project });
		expect(plan.changes.every(({ makesNewVersion }) => !makesNewVersion)).toBe(true);
		const snapshot = await registry.snapshot(project);
		expect(versionsOf(snapshot)).toMatchObject({ trips: [1, 2], offer: [1, 2], model: [1, 2] });
		expect(snapshot.views.get("trips")?.current?.id).toBe(first.views.get("trips")?.current?.id);
		expect(snapshot.registryVersion).toBe(3);
	});

	it("takes a new owner without a new version, and leaves the frozen rows alone", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const rows = () =>
			test.database.pool.query("SELECT id, hash, body FROM featuregraph.definition_versions ORDER BY id");
		const before = (await rows()).rows;
		const { plan } = await applyText(registry, definitions({ owner: "Planning" }), { project });
		expect(plan.changes).toMatchObject([
			{ name: "trips", makesNewVersion: false, fields: [{ path: "owner.name", before: "Ops", after: "Planning" }] },
		]);
		const snapshot = await registry.snapshot(project);
		expect(snapshot.views.get("trips")?.current?.definition.owner).toEqual({ name: "Planning" });
		expect(versionsOf(snapshot)).toMatchObject({ trips: [1, 1], model: [1, 1] });
		expect((await rows()).rows).toEqual(before);
		await expect(test.database.pool.query("UPDATE featuregraph.definition_versions SET hash = 'x'")).rejects.toThrow(
			/never changed/,
		);
	});

	it("keeps the order of columns that a version was made with", async () => {
		const registry = await registryWith();
		const project = newProject();
		const files = (keys: string, features: string) => `
entities: { route: { joinKeys: { ${keys} } } }
sources: { s: { parquet: a.parquet, eventTime: t } }
views: { v: { entities: [route], source: s, features: { ${features} } } }`;
		await applyText(registry, files("origin: string, destination: string", "b: int32, a: int32"), { project });
		const { plan } = await applyText(registry, files("destination: string, origin: string", "a: int32, b: int32"), {
			project,
		});
		expect(plan.changes).toEqual([]);
		await applyText(registry, files("destination: string, origin: string", "a: { type: int32, tags: [x] }, b: int32"), {
			project,
		});
		const view = (await registry.snapshot(project)).views.get("v")?.current;
		expect(view?.joinKeys.map(({ name }) => name)).toEqual(["origin", "destination"]);
		expect(view?.definition.features.map(({ name, tags }) => [name, tags])).toEqual([
			["b", []],
			["a", ["x"]],
		]);
	});

	it("lets a service name a version, which stays", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const pinned = { ttl: "1d", service: '["trips@1:fare"]' };
		await applyText(registry, definitions(pinned), { project });
		const { plan } = await applyText(registry, definitions({ ...pinned, ttl: "2d" }), { project });
		expect(plan.changes.map(({ name }) => name)).toEqual(["offer", "trips"]);
		const service = (await registry.snapshot(project)).services.get("model")?.current;
		expect(service?.features[0]?.viewVersion.version).toBe(1);
	});

	it("makes the logs that rows will be pushed into", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const source = (await registry.snapshot(project)).sources.get("pushed")?.current;
		const { rows } = await test.database.pool.query<{ column_name: string }>(
			"SELECT column_name FROM information_schema.columns WHERE table_schema = 'featuregraph_log' AND table_name = $1",
			[`source_${source?.sourceId}`],
		);
		expect(rows.map((row) => row.column_name)).toEqual(expect.arrayContaining(["driver_id", "at", "fare"]));
		await applyText(registry, definitions({ column: "fare: float64, tip: float64" }), { project });
		const after = (await registry.snapshot(project)).sources.get("pushed")?.current;
		expect(after?.sourceId).toBe(source?.sourceId);
	});

	it("is told to the audit log and to the bus", async () => {
		const bus = createMemoryBus({ logger: silentLogger });
		const events: BusEvent[] = [];
		await bus.subscribe("registry", (event) => events.push(event));
		const registry = await registryWith({ bus });
		const project = newProject();
		const { plan } = await applyText(registry, definitions(), { project });
		await expect.poll(() => events.length).toBe(1);
		expect(events[0]).toEqual({ topic: "registry", project, revision: (await registry.snapshot(project)).revision });
		const [entry] = await postgresAuditLog(test.database).recent(project, 10);
		expect(entry).toMatchObject({ actor: "anonymous", action: "registry.apply", details: { planHash: plan.hash } });
		await bus.close();
	});
});

describe("an apply that is refused", () => {
	it("changes nothing", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const before = await registry.snapshot(project);
		const refused: readonly (readonly [ErrorCode, Promise<unknown>])[] = [
			["CONFLICT", applyText(registry, definitions({ ttl: "1d" }), { project, expectedVersion: 0 })],
			["PLAN_CHANGED", applyText(registry, definitions({ ttl: "1d" }), { project, planHash: "0".repeat(64) })],
			["DELETE_NOT_ALLOWED", applyText(registry, "entities: {}", { project })],
			["INVALID_DURATION", applyText(registry, definitions({ ttl: "1x" }), { project })],
			[
				"STILL_IN_USE",
				applyText(registry, definitions().replace(/entities:\n.*\n/, ""), { project, allowDelete: true }),
			],
			["BAD_USER_INPUT", applyText(registry, `project: other\n${definitions()}`, { project })],
			["INVALID_NAME", applyText(registry, definitions(), { project: "Not a name" })],
			["LIMIT_EXCEEDED", applyText(registry, "#".repeat(9_000_000), { project })],
		];
		for (const [code, work] of refused) expect((await failure(work)).code).toBe(code);
		expect(await registry.snapshot(project)).toEqual(before);
	});

	it("asks for the permission", async () => {
		const registry = await registryWith();
		const reader = { ...anonymousPrincipal, id: "token:reader", permissions: new Set(["READ"] as const) };
		const work = registry.apply(reader, definitionsInput(definitions(), { project: newProject() }));
		expect(await failure(work)).toMatchObject({
			code: "FORBIDDEN",
			message: expect.stringContaining("WRITE_DEFINITIONS"),
		});
	});

	it("leaves nothing behind when it dies in the middle", async () => {
		const project = newProject();
		const good = await registryWith();
		await applyText(good, definitions(), { project });
		const store = postgresRegistryStore(test.database);
		// The connection is cut after the rows were written, before they are committed: what kill -9 does.
		const cut = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
			WHERE datname = current_database() AND state = 'idle in transaction'`;
		const dying = await registryWith({
			store: {
				...store,
				change: (name, work) =>
					store.change(name, async (locked) => {
						const result = await work(locked);
						expect((await test.database.pool.query(cut)).rowCount).toBe(1);
						return result;
					}),
			},
		});
		await expect(applyText(dying, definitions({ ttl: "1d" }), { project })).rejects.toThrow();
		expect(versionsOf(await dying.snapshot(project))).toMatchObject({ trips: [1, 1] });
		expect((await store.load(project))?.registryVersion).toBe(1);
		expect((await applyText(good, definitions({ ttl: "1d" }), { project })).registryVersion).toBe(2);
	});

	it("keeps a service that a model version reads", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const snapshot = await registry.snapshot(project);
		await postgresModelStore(test.database).register({
			projectId: snapshot.projectId,
			project,
			model: "ridge",
			description: null,
			tags: [],
			artifactUri: null,
			serviceVersionId: snapshot.services.get("model")?.current?.id ?? null,
			trainingSetId: null,
			createdAt: 0n,
			createdBy: "me",
		});
		const without = definitions().replace(/services:[\s\S]*/, "");
		const told = await failure(applyText(registry, without, { project, allowDelete: true }));
		expect(told).toMatchObject({ code: "STILL_IN_USE", message: expect.stringContaining("ridge version 1") });
	});
});

describe("deleting", () => {
	it("keeps the versions readable, and comes back to them", async () => {
		const registry = await registryWith();
		const project = newProject();
		await applyText(registry, definitions(), { project });
		const old = (await registry.snapshot(project)).views.get("trips")?.current;
		const { plan } = await applyText(registry, "entities: {}", { project, allowDelete: true });
		expect(plan).toMatchObject({ created: 0, updated: 0, deleted: 5 });
		const empty = await registry.snapshot(project);
		expect(empty.views.get("trips")).toMatchObject({ current: null, online: null });
		expect(empty.views.get("trips")?.all).toHaveLength(1);
		await applyText(registry, definitions(), { project });
		const back = (await registry.snapshot(project)).views.get("trips");
		expect(back?.current?.id).toBe(old?.id);
		expect(back?.all).toHaveLength(1);
	});
});

describe("two applies at once", () => {
	it("against the same version: one is CONFLICT, and nothing is lost", async () => {
		const project = newProject();
		// Two processes: each with a registry of its own.
		const [a, b] = [await registryWith(), await registryWith()];
		await applyText(a, definitions(), { project });
		const entity = (name: string) =>
			`${definitions()}\n`.replace("entities:\n", `entities:\n  ${name}: { joinKeys: { id: string } }\n`);
		const results = await Promise.allSettled([
			applyText(a, entity("one"), { project, expectedVersion: 1 }),
			applyText(b, entity("two"), { project, expectedVersion: 1 }),
		]);
		const refused = results.flatMap((result) =>
			result.status === "rejected" ? [result.reason as { code: string }] : [],
		);
		expect(refused.map(({ code }) => code)).toEqual(["CONFLICT"]);
		const winner = results[0].status === "fulfilled" ? "one" : "two";
		const stored = await postgresRegistryStore(test.database).load(project);
		expect(stored?.registryVersion).toBe(2);
		expect(
			stored?.definitions
				.filter(({ kind }) => kind === "entity")
				.map(({ name }) => name)
				.sort(),
		).toEqual(["driver", winner].sort());
	});

	it("without a version: they come one after the other", async () => {
		const project = newProject();
		const [a, b] = [await registryWith(), await registryWith()];
		const ttls = ["1d", "2d", "3d", "4d", "5d", "6d"];
		await Promise.all(ttls.map((ttl, index) => applyText(index % 2 === 0 ? a : b, definitions({ ttl }), { project })));
		const stored = await postgresRegistryStore(test.database).load(project);
		expect(stored?.registryVersion).toBe(6);
		const view = stored?.definitions.find(({ name }) => name === "trips");
		const versions = stored?.versions.filter(({ definitionId }) => definitionId === view?.id) ?? [];
		expect(versions.map(({ version }) => version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
		const { rows } = await test.database.drizzle.execute<{ n: string }>(
			sql`SELECT count(*) AS n FROM featuregraph.registry_versions WHERE project_id = ${stored?.id}`,
		);
		expect(Number(rows[0]?.n)).toBe(6);
	});
});

it("plans and applies 200 definitions in well under a second", async () => {
	const registry = await registryWith();
	const project = newProject();
	const views = Array.from(
		{ length: 190 },
		(_, i) =>
			`  view_${i}: { entities: [driver], source: s, features: { f_${i}: float64, g_${i}: { type: int64, tags: [a] } } }`,
	);
	const services = Array.from(
		{ length: 8 },
		(_, i) => `  service_${i}: { features: ["view_${i}:*", "view_${i + 20}:*"] }`,
	);
	const content = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources: { s: { parquet: a.parquet, eventTime: t } }
views:\n${views.join("\n")}\nservices:\n${services.join("\n")}`;
	const start = performance.now();
	const plan = await registry.plan(anonymousPrincipal, definitionsInput(content, { project }));
	const planned = performance.now() - start;
	expect(plan.created).toBe(200);
	await applyText(registry, content, { project, planHash: plan.hash });
	expect((await registry.plan(anonymousPrincipal, definitionsInput(content, { project }))).changes).toEqual([]);
	expect(planned).toBeLessThan(2000);
});
