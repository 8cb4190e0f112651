import { describe, expect, test, vi } from "vitest";
import type { BusEvent } from "../../../core/ports/bus.ts";
import { connectPostgresBus } from "../../../stores/bus/postgres-bus.ts";
import { testDatabase } from "../../support/database.ts";
import { silentLogger } from "../../support/silent-logger.ts";
import { busSuite } from "./bus-suite.ts";

const db = testDatabase();

const endConnections = () =>
	db.database.pool.query(
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'featuregraph bus'",
	);

describe("postgres", () => {
	busSuite({ connect: (logger) => connectPostgresBus({ url: db.url, logger }), shared: true, splits: true });
});

test("a broken connection is made anew, and its listeners go on", async () => {
	const warnings: string[] = [];
	const logger = { ...silentLogger, warn: (_: object, message: string) => warnings.push(message) };
	const bus = await connectPostgresBus({ url: db.url, logger });
	const events: BusEvent[] = [];
	await bus.subscribe("run", (event) => events.push(event));
	const connected: boolean[] = [];
	const stop = bus.onConnection((isConnected) => connected.push(isConnected));
	expect(connected).toEqual([true]);
	await endConnections();
	await vi.waitFor(() => bus.ping(), { timeout: 30_000 });
	await bus.publish({ topic: "run", runId: "1" });
	await vi.waitFor(() => expect(events).toEqual([{ topic: "run", runId: "1" }]), { timeout: 30_000 });
	expect(warnings).toContain("The connection of the bus broke");
	expect(connected).toEqual([true, false, true]);
	stop();
	await bus.close();
});

test("closing while it reconnects leaves no connection", async () => {
	const bus = await connectPostgresBus({ url: db.url, logger: silentLogger });
	await endConnections();
	await bus.close();
	const { rows } = await db.database.pool.query(
		"SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'featuregraph bus'",
	);
	expect(rows).toEqual([]);
});

test("a key that is too long for a payload invalidates the whole view version", async () => {
	const bus = await connectPostgresBus({ url: db.url, logger: silentLogger });
	const events: BusEvent[] = [];
	await bus.subscribe("values", (event) => events.push(event));
	await bus.publish({ topic: "values", viewVersionId: 7, keys: ["a", "x".repeat(9000), "b"] });
	await vi.waitFor(() => expect(events.length).toBeGreaterThan(1), { timeout: 30_000 });
	expect(events).toContainEqual({ topic: "values", viewVersionId: 7, keys: [] });
	await bus.close();
});

test("payloads of somebody else on the channel are passed over", async () => {
	const bus = await connectPostgresBus({ url: db.url, logger: silentLogger });
	const events: BusEvent[] = [];
	await bus.subscribe("run", (event) => events.push(event));
	for (const payload of ["", "not json", '{"topic":"run"}', '{"topic":"later"}', '{"topic":"run","runId":"1"}']) {
		await db.database.pool.query("SELECT pg_notify('featuregraph_events', $1)", [payload]);
	}
	await vi.waitFor(() => expect(events).toEqual([{ topic: "run", runId: "1" }]), { timeout: 30_000 });
	await bus.close();
});

test("a database that does not answer is STORE_UNAVAILABLE", async () => {
	const url = "postgres://127.0.0.1:1/nothing";
	await expect(connectPostgresBus({ url, logger: silentLogger })).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
});
