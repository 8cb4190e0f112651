import { afterEach, beforeEach, expect, it } from "vitest";
import type { Bus } from "../../../core/ports/bus.ts";
import { featureValuesLoader } from "../../../loaders/feature-values.ts";
import { featureUpdatesService } from "../../../services/serving/feature-updates.ts";
import { createMemoryBus } from "../../../stores/bus/memory-bus.ts";
import { connectPostgresBus } from "../../../stores/bus/postgres-bus.ts";
import { testDatabase } from "../../support/database.ts";
import { batchView, entity, pushSource, registryOf, snapshotOf } from "../../support/registry-snapshot.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { at, everything, featuresIn, servingFixture } from "./serving-fixture.ts";

const serving = servingFixture();
const shared = testDatabase();
const airport = entity(1, "airport", { airport: "string" });
const bus = createMemoryBus({ logger: silentLogger });
let nextLog = 500;
let snapshot = snapshotOf({ views: [] });
let open: AsyncIterableIterator<unknown>[] = [];

beforeEach(() => {
	const source = pushSource(nextLog++, "landings", { airport: "string", event_time: "timestamp", delay: "float64" });
	const view = batchView(serving.ids[0] ?? 0, "delays", [airport], source, { delay: "float64" }, { viewId: nextLog++ });
	snapshot = snapshotOf({ sources: [source], views: [view] });
	serving.use(snapshot);
});
afterEach(async () => {
	for (const updates of open) await updates.return?.();
	open = [];
});

const push = async (...rows: readonly (readonly [key: string, seconds: number, delay: number])[]) => {
	serving.events.length = 0;
	await serving.push({
		into: { source: "landings" },
		rows: rows.map(([key, seconds, delay]) => ({ airport: key, event_time: at(seconds), delay })),
	});
	for (const event of serving.events) await bus.publish(event);
};

const service = (pollMs: number, from: Pick<Bus, "subscribe">) =>
	featureUpdatesService({
		registry: registryOf(() => snapshot),
		bus: from,
		onlineFeatures: serving.onlineFeatures,
		newReader: () => featureValuesLoader(serving.store),
		mostEntities: 3,
		pollMs,
	});
const follow = async (entities: readonly unknown[], pollMs = 60_000, from: Pick<Bus, "subscribe"> = bus) => {
	const updates = await service(pollMs, from)(everything, {
		project: "default",
		select: { features: ["delays:delay"] },
		entities,
	});
	open.push(updates);
	return async () => {
		const { value } = await updates.next();
		if (value === undefined) throw new Error("The updates have ended.");
		return { keys: value.columns[0]?.values, delay: (featuresIn(value)["delay"] as unknown[])[0] };
	};
};
const named = (...keys: string[]) => keys.map((key) => ({ airport: key }));

it("tells the entities that changed, and to a slow reader the latest of each", async () => {
	await push(["JFK", -100, 1]);
	const next = await follow(named("JFK", "LAX", "JFK"));
	await push(["LAX", -90, 2], ["SFO", -90, 2]);
	expect(await next()).toEqual({ keys: ["LAX"], delay: [2] });
	for (let i = 0; i < 20; i++) await push(["JFK", -80 + i, i], ["LAX", -80 + i, 100 + i]);
	expect(await next()).toEqual({ keys: ["JFK", "LAX", "JFK"], delay: [19, 119, 19] });
	const waiting = next();
	await push(["LAX", -200, 7]);
	await push(["JFK", -10, 8]);
	expect(await waiting).toEqual({ keys: ["JFK", "JFK"], delay: [8, 8] });
});

it("looks at all of them when too many changed to be named, or when no event came", async () => {
	const next = await follow(named("JFK", "LAX"));
	await push(["LAX", -90, 2]);
	expect(await next()).toMatchObject({ keys: ["LAX"] });
	const waiting = next();
	await serving.push({ into: { source: "landings" }, rows: [{ airport: "JFK", event_time: at(-5), delay: 4 }] });
	await bus.publish({ topic: "values", viewVersionId: serving.ids[0] ?? 0, keys: [] });
	expect(await waiting).toEqual({ keys: ["JFK"], delay: [4] });
	const lost = await follow(named("JFK"), 50);
	const late = lost();
	await serving.push({ into: { source: "landings" }, rows: [{ airport: "JFK", event_time: at(-4), delay: 5 }] });
	expect(await late).toEqual({ keys: ["JFK"], delay: [5] });
});

it("tells what another process writes, over the bus that both share", async () => {
	const [here, there] = await Promise.all(
		[1, 2].map(() => connectPostgresBus({ url: shared.url, logger: silentLogger })),
	);
	if (here === undefined || there === undefined) throw new Error("There are two of them.");
	try {
		// So seldom does it look by itself that only the bus can have told it.
		const next = await follow(named("JFK", "LAX"), 2 ** 30, here);
		const waiting = next();
		serving.events.length = 0;
		await serving.push({ into: { source: "landings" }, rows: [{ airport: "LAX", event_time: at(-5), delay: 4 }] });
		for (const event of serving.events) await there.publish(event);
		expect(await waiting).toEqual({ keys: ["LAX"], delay: [4] });
	} finally {
		await Promise.all([here.close(), there.close()]);
	}
});

it("refuses malformed rows, all of them by their index, and more entities than it watches", async () => {
	await expect(follow([{ airprt: "JFK" }, { airport: "LAX" }, { airport: 7 }])).rejects.toMatchObject({
		errors: [
			{ code: "MISSING_JOIN_KEY", index: 0, name: "airport", message: expect.stringContaining("Row 0") },
			{ code: "INVALID_VALUE", index: 2, name: "airport", message: expect.stringContaining("Row 2") },
		],
	});
	await expect(follow(named("A", "B", "C", "D"))).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
});

it("tells nothing of names to who may not read values", async () => {
	const asked = { project: "default", select: { features: ["nowhere:delay"] as const }, entities: [{}] };
	const principal = { ...everything, permissions: new Set<never>() };
	await expect(service(60_000, bus)(principal, asked)).rejects.toMatchObject({ code: "FORBIDDEN" });
});
