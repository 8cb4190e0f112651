/** Online values that go: of a project that is dropped, and of view versions that nothing pins after their retention. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { viewPrefix } from "../../../core/online/key.ts";
import type { BusEvent } from "../../../core/ports/bus.ts";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import type { Permission, Principal } from "../../../core/ports/principal.ts";
import { formatTimestamp } from "../../../core/time/timestamp.ts";
import { dropUnpinned } from "../../../services/serving/drop-unpinned.ts";
import { dropOnlineValues, onlineUsage } from "../../../services/serving/online-values.ts";
import { openLmdbOnlineStore } from "../../../stores/online/lmdb/lmdb-online-store.ts";
import { postgresAuditLog } from "../../../stores/postgres/audit/audit-log.ts";
import { postgresRegistryStore } from "../../../stores/postgres/registry/registry-store.ts";
import { postgresWatermarkStore } from "../../../stores/postgres/runs/watermark-store.ts";
import { type ParityHouse, parityHouse } from "../../parity/house.ts";
import { testDatabase } from "../../support/database.ts";
import { applyText } from "../../support/registry.ts";
import { anyone } from "../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const day = 86_400_000_000n;
const never = new AbortController().signal;
const test = testDatabase();
let folder: string;
let online: OnlineStore;
let house: ParityHouse;
let projectNumber = 0;
let project: string;
const events: BusEvent[] = [];

beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), "featuregraph-old-versions-"));
	const clock = { now: () => house.time.now };
	house = await parityHouse(test.database, start, () => (online = openLmdbOnlineStore({ path: folder, clock })));
});
afterAll(async () => {
	await house.close();
	await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
	project = `old_${projectNumber++}`;
	house.time.now = start;
	events.length = 0;
});

const deps = () => ({
	// Those of the other tests wait for their own retention.
	registry: { ...house.registry, projects: async () => [project] },
	noted: postgresRegistryStore(test.database),
	online,
	watermarks: postgresWatermarkStore(test.database),
	audit: postgresAuditLog(test.database),
	bus: { publish: async (event: BusEvent) => void events.push(event) },
	clock: { now: () => house.time.now },
	retentionMicros: 30n * day,
});
const look = () => dropUnpinned(deps(), never);

const definitions = (ttl: string, services = "") => `
entities: { airport: { joinKeys: { airport: string } } }
sources: { landings: { push: {}, eventTime: at, columns: { airport: string, at: timestamp, delay: float64 } } }
views: { delays: { entities: [airport], source: landings, ttl: ${ttl}, features: { delay: float64 } } }
${services}`;
const apply = (content: string) => applyText(house.registry, content, { project, allowDelete: true });
const push = async (delay: number) => {
	const rows = ["JFK", "LAX"].map((airport) => ({ airport, at: formatTimestamp(house.time.now), delay }));
	const input = { project, into: { source: "landings" }, rows, deletes: [], to: "BOTH" as const };
	expect((await house.push(input)).rejected).toEqual([]);
};
const materialize = (incremental = false) => house.materialize(project, { incremental });
const read = async (feature: string) => {
	const { columns } = await house.online({
		project,
		features: [feature],
		bindings: [],
		entities: [{ airport: "JFK" }],
	});
	const column = columns.find(({ role }) => role === "FEATURE");
	return column?.values[0] ?? column?.statuses?.[0];
};
const versionsOf = async () => (await house.registry.snapshot(project)).views.get("delays")?.all ?? [];
/** By version, how many values it has. */
const usage = async () => {
	const { views } = await onlineUsage(deps(), anyone, project, never);
	return views.map(({ version, entities, isPinned }) => [version, entities, isPinned]);
};
const withPermissions = (...permissions: Permission[]): Principal => ({
	id: "token:ops",
	permissions: new Set(permissions),
	projects: null,
});

it("tells what a project takes, by version, and of no other one", async () => {
	await apply(definitions("400d"));
	await push(1);
	await apply(definitions("500d"));
	await push(2);
	await materialize();
	expect(await usage()).toEqual([
		[1, 2, false],
		[2, 2, true],
	]);
	const { entities, bytes } = await onlineUsage(deps(), anyone, project, never);
	expect(entities).toBe(4);
	expect(bytes).toBeGreaterThan(4 * 30);
	const other = `${project}_other`;
	await applyText(house.registry, definitions("1d"), { project: other });
	expect(await onlineUsage(deps(), anyone, other, never)).toEqual({ entities: 0, bytes: 0, views: [] });
	await expect(onlineUsage(deps(), withPermissions("WRITE_VALUES"), project, never)).rejects.toMatchObject({
		code: "FORBIDDEN",
	});
	await expect(onlineUsage(deps(), anyone, "nowhere", never)).rejects.toMatchObject({ code: "UNKNOWN_PROJECT" });
});

it("drops a project's values at the word of who may, and the next materialization writes all of them", async () => {
	await apply(definitions("400d"));
	await push(1);
	await materialize();
	const other = project;
	project = `${project}_tenant`;
	await apply(definitions("400d"));
	await push(3);
	await materialize();
	const [tenant] = await versionsOf();
	for (const principal of [withPermissions("WRITE_VALUES"), withPermissions("WRITE_DEFINITIONS", "READ")]) {
		await expect(dropOnlineValues(deps(), principal, project)).rejects.toMatchObject({ code: "FORBIDDEN" });
	}
	expect(await read("delays:delay")).toBe(3);
	const operator = withPermissions("WRITE_VALUES", "WRITE_DEFINITIONS");
	expect(await dropOnlineValues(deps(), operator, project)).toBe(2);
	expect(await read("delays:delay")).toBe("NOT_FOUND");
	expect(events).toEqual([{ topic: "values", viewVersionId: tenant?.id, keys: [] }]);
	expect(await postgresAuditLog(test.database).recent(project, 2)).toMatchObject([
		{ actor: "token:ops", action: "online.dropped", details: { values: 2 } },
		{ actor: "token:ops", action: "online.drop" },
	]);
	expect(await dropOnlineValues(deps(), operator, project)).toBe(0);
	await materialize(true);
	expect(await read("delays:delay")).toBe(3);
	project = other;
	expect(await read("delays:delay")).toBe(1);
});

it("drops what nothing pins once its retention is over, and says that it does not answer", async () => {
	await apply(definitions("400d"));
	await push(1);
	await apply(definitions("500d"));
	await materialize();
	await look();
	house.time.now += 29n * day;
	await look();
	expect([await read("delays@1:delay"), await usage()]).toEqual([
		1,
		[
			[1, 2, false],
			[2, 2, true],
		],
	]);
	house.time.now += day;
	await look();
	expect(await usage()).toEqual([[2, 2, true]]);
	expect(await read("delays@1:delay")).toBe("NOT_FOUND");
	expect(await read("delays:delay")).toBe(1);
	const [first, second] = await versionsOf();
	expect([first, second]).toMatchObject([{ onlineSince: null }, { onlineSince: expect.any(BigInt) as bigint }]);
	expect(events).toEqual([{ topic: "values", viewVersionId: first?.id, keys: [] }]);
	expect(await postgresAuditLog(test.database).recent(project, 1)).toMatchObject([
		{ actor: "system:retention", action: "online.dropped", subject: "delays@1", details: { values: 2 } },
	]);
	// It is done: the store is not looked through again.
	events.length = 0;
	house.time.now += day;
	await look();
	expect(events).toEqual([]);
});

it("keeps what a service froze, whatever became of the service", async () => {
	const service = (features: string) => `services: { model: { features: ["${features}"] } }`;
	await apply(definitions("400d", service("delays:delay")));
	await push(1);
	await apply(definitions("500d", service("delays:delay")));
	await materialize();
	await look();
	house.time.now += 31n * day;
	await look();
	expect(await usage()).toEqual([
		[1, 2, true],
		[2, 2, true],
	]);
});

it("counts anew for what is pinned again, and gives back what went", async () => {
	await apply(definitions("400d"));
	await push(1);
	await apply(definitions("500d"));
	await materialize();
	await look();
	house.time.now += 20n * day;
	// The first definitions again: version 1 is current, and version 2 is not pinned.
	await apply(definitions("400d"));
	await look();
	house.time.now += 20n * day;
	await apply(definitions("500d"));
	await look();
	house.time.now += 15n * day;
	await look();
	expect(await usage()).toEqual([
		[1, 2, false],
		[2, 2, true],
	]);
	house.time.now += 15n * day;
	await look();
	expect(await usage()).toEqual([[2, 2, true]]);
	// Back once more: the version has to be written before it answers.
	await apply(definitions("400d"));
	expect((await versionsOf())[0]).toMatchObject({ isCurrent: true, onlineSince: null });
	await materialize(true);
	expect([await read("delays:delay"), (await versionsOf())[0]?.kind]).toEqual([1, "BATCH"]);
	expect((await versionsOf())[0]).toMatchObject({ isCurrent: true, onlineSince: expect.any(BigInt) as bigint });
});

it("fills a dropped version again that a service freezes later, and keeps it", async () => {
	await apply(definitions("400d"));
	await push(1);
	await apply(definitions("500d"));
	await materialize();
	await look();
	house.time.now += 30n * day;
	await look();
	expect(await usage()).toEqual([[2, 2, true]]);
	await apply(definitions("500d", 'services: { model: { features: ["delays@1:delay"] } }'));
	expect(await read("delays@1:delay")).toBe("NOT_FOUND");
	await materialize(true);
	expect(await read("delays@1:delay")).toBe(1);
	house.time.now += 40n * day;
	await look();
	expect(await usage()).toEqual([
		[1, 2, true],
		[2, 2, true],
	]);
});

it("goes on where a process died: the keys of a version that does not answer any more go with the next look", async () => {
	await apply(definitions("400d"));
	await push(1);
	await apply(definitions("500d"));
	await materialize();
	await look();
	house.time.now += 31n * day;
	const dies = { ...deps(), online: { drop: () => Promise.reject(new Error("The process ends here.")) } };
	await expect(dropUnpinned(dies, never)).rejects.toThrow("ends here");
	expect((await versionsOf())[0]).toMatchObject({ onlineSince: null });
	expect(await usage()).toHaveLength(2);
	await look();
	expect(await usage()).toEqual([[2, 2, true]]);
	const [first] = await versionsOf();
	const { projectId } = await house.registry.snapshot(project);
	expect(await online.drop(viewPrefix(projectId, first?.id ?? 0))).toBe(0);
});
