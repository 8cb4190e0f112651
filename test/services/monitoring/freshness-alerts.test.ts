import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scalar } from "../../../core/values/type.ts";
import { type AlertEvent, alertEvents } from "../../../services/monitoring/alert-events.ts";
import { acknowledgeAlert, alert, listAlerts } from "../../../services/monitoring/alerts.ts";
import { checkFreshness, freshnessOf } from "../../../services/monitoring/freshness.ts";
import { testDatabase } from "../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const seconds = (count: number): bigint => start + BigInt(count) * 1_000_000n;

describe("freshness and its alerts", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	beforeAll(async () => {
		house = await runHouse(test.database, start);
		const joinKeys = [{ name: "airport", type: scalar("STRING") }];
		const features = [featureOf("delay", scalar("FLOAT64"))];
		const rows = { origin: { kind: "postgres", connection: null, table: "public.delays" } } as const;
		await test.database.pool.query("CREATE TABLE public.delays (airport text, delay float8, event_ts timestamptz)");
		registry = await fixtureRegistry(
			test.database,
			[
				{ name: "delays", joinKeys, features, rows, freshnessSlaSeconds: 300 },
				{ name: "history", joinKeys, features, rows, freshnessSlaSeconds: 300, online: false },
				{ name: "unwatched", joinKeys, features, rows },
			],
			null,
			start,
		);
	});
	afterAll(() => house.close());

	const deps = () => ({ ...house, registry, graceSeconds: 120 });
	const check = async (at: number) => {
		house.time.now = seconds(at);
		const events = await checkFreshness(deps(), "default");
		return events.map(({ from, to, alert: { subject } }) => `${subject.view} ${from ?? "-"} ${to}`);
	};
	const serve = (eventTime: bigint) =>
		house.freshness.recordServed(new Map([[registry.view("delays").id, { eventTime, servedAt: house.time.now }]]));
	const follow = (after: string | null, states: AlertEvent["to"][] | null = null) =>
		alertEvents(deps(), anyone, { project: "default", kinds: null, states, after });
	const next = async (events: AsyncIterator<AlertEvent>): Promise<AlertEvent> =>
		(await events.next()).value as AlertEvent;

	it("counts a view without rows from its creation: a warning past the SLA, an alert past the grace", async () => {
		expect(await check(300)).toEqual([]);
		expect(await check(301)).toEqual(["delays - PENDING", "history - PENDING"]);
		expect(await check(419)).toEqual([]);
		expect(await check(421)).toEqual(["delays PENDING FIRING", "history PENDING FIRING"]);
		expect(await freshnessOf(deps(), anyone, "default", "delays")).toMatchObject({
			status: "error",
			eventLag: 421_000_000n,
			latestEventTime: null,
		});
		expect(await freshnessOf(deps(), anyone, "default", "no_such_view")).toBeNull();
	});

	it("measures what was served, not what the source has; an offline view what its engine sees", async () => {
		await test.database.pool.query("INSERT INTO public.delays VALUES ('JFK', 1, '2024-01-01T00:07:00Z')");
		expect(await check(425)).toEqual(["history FIRING RESOLVED"]);
		await serve(seconds(420));
		expect(await check(430)).toEqual(["delays FIRING RESOLVED"]);
		expect(await freshnessOf(deps(), anyone, "default", "delays")).toMatchObject({
			status: "pass",
			eventLag: 10_000_000n,
			processingLag: 5_000_000n,
		});
	});

	it("streams transitions as they are stored, and replays them from a cursor without gap or repetition", async () => {
		const live = await follow(null);
		const first = next(live);
		expect(await check(900)).toHaveLength(2);
		const fired = await first;
		expect(fired).toMatchObject({ from: null, to: "FIRING", alert: { kind: "FRESHNESS", state: "FIRING" } });
		const second = await next(live);
		await live.return?.();

		const acknowledged = await acknowledgeAlert(deps(), anyone, fired.alert.id, "on it");
		expect(acknowledged).toMatchObject({ state: "ACKNOWLEDGED", acknowledgedBy: "anonymous", note: "on it" });
		expect((await acknowledgeAlert(deps(), anyone, fired.alert.id, null)).state).toBe("ACKNOWLEDGED");
		const { rows } = await test.database.pool.query("SELECT principal, subject FROM featuregraph.audit_log");
		expect(rows).toEqual([{ principal: "anonymous", subject: fired.alert.id }]);
		await serve(seconds(899));
		await check(901);

		const again = await follow(fired.cursor);
		expect((await next(again)).cursor).toBe(second.cursor);
		expect(await next(again)).toMatchObject({ from: "FIRING", to: "ACKNOWLEDGED" });
		expect(await next(again)).toMatchObject({ from: "ACKNOWLEDGED", to: "RESOLVED" });
		const waiting = next(again);
		expect(await check(5000)).toEqual(["delays - FIRING"]);
		expect(await waiting).toMatchObject({ to: "FIRING", alert: { acknowledgedBy: null } });
		await again.return?.();

		const resolved = await follow(fired.cursor, ["RESOLVED"]);
		expect((await next(resolved)).to).toBe("RESOLVED");
		await resolved.return?.();
	});

	it("refuses cursors that are none, that belong elsewhere, or that are past retention", async () => {
		await expect(follow("nonsense")).rejects.toMatchObject({ code: "ALERT_CURSOR_INVALID" });
		const foreign = Buffer.from(`alert-event:${registry.projectId + 1}:1`).toString("base64url");
		await expect(follow(foreign)).rejects.toMatchObject({ code: "ALERT_CURSOR_INVALID" });
		const { events } = await house.alerts.events({ projectId: registry.projectId, kinds: null, states: null }, 0n, 1);
		const oldest = Buffer.from(`alert-event:${registry.projectId}:${events[0]?.sequence}`).toString("base64url");
		await (await follow(oldest)).return?.();
		await house.alerts.expireEvents(seconds(10_000), 1000);
		await expect(follow(oldest)).rejects.toMatchObject({ code: "ALERT_CURSOR_EXPIRED" });
	});

	it("lists by state and view, and tells which alerts cannot be acknowledged", async () => {
		const filter = { project: "default", kinds: null, subject: { view: "delays", feature: null } };
		const firing = await listAlerts(deps(), anyone, { ...filter, states: ["FIRING"] }, { first: 10, after: null });
		expect(firing.rows).toHaveLength(1);
		const resolved = await listAlerts(deps(), anyone, { ...filter, states: ["RESOLVED"] }, { first: 10, after: null });
		const [done] = resolved.rows;
		await expect(acknowledgeAlert(deps(), anyone, done?.id ?? "", null)).rejects.toMatchObject({ code: "CONFLICT" });
		await expect(acknowledgeAlert(deps(), anyone, "nothing", null)).rejects.toMatchObject({ code: "NOT_FOUND" });
		expect(await alert(deps(), { ...anyone, projects: new Set(["other"]) }, done?.id ?? "")).toBeNull();
	});
});
