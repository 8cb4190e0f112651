import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { onlineKey } from "../../../core/online/key.ts";
import type { Known } from "../../../core/ports/offline-engine.ts";
import type { OfflineLog } from "../../../core/ports/offline-log.ts";
import { scalar } from "../../../core/values/type.ts";
import { type BackfillInput, backfill } from "../../../services/materialization/backfill.ts";
import { type BackfillRunDeps, backfillRun } from "../../../services/materialization/backfill-run.ts";
import { onlineWriter } from "../../../services/serving/write/online-writer.ts";
import { historicalFeatures } from "../../../services/training/historical-features.ts";
import { postgresAuditLog } from "../../../stores/postgres/audit/audit-log.ts";
import { testDatabase } from "../../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../../support/run-house.ts";

const start = 1_704_067_200_000_000n;
const minutes = (count: number): bigint => start + BigInt(count) * 60_000_000n;
const iso = (minute: number): string => new Date(Number(start / 1000n) + minute * 60_000).toISOString();
const keyCount = 6_000;
const never = new AbortController().signal;

describe("backfills", () => {
	const test = testDatabase();
	let house: RunHouse;
	let registry: FixtureRegistry;
	beforeAll(async () => {
		// Two rows of each key in the range, in no order; one before it and one behind it.
		await test.database.pool.query(`
			CREATE TABLE public.delays (airport text, delay float8, tags text[], event_ts timestamptz, loaded_at timestamptz);
			INSERT INTO public.delays
			SELECT 'A' || k, k + e * 0.5, ARRAY['x', NULL], '2024-01-01'::timestamptz + e * interval '1 minute', '2024-01-01'::timestamptz + e * interval '1 minute'
			FROM generate_series(1, ${keyCount}) AS k, generate_series(0, 3) AS e ORDER BY md5(k::text || e::text);
			INSERT INTO public.delays VALUES (NULL, 1, NULL, '2024-01-01 00:01', '2024-01-01 00:01'), ('A1', 1, NULL, NULL, '2024-01-01 00:01')`);
		house = await runHouse(test.database, minutes(60));
		await writeFile(
			join(house.folder, "weather.csv"),
			"airport,wind,event_ts,known_ts\nA1,1.5,2024-01-01T00:01:00Z,2024-01-01T00:02:00Z\nA1,2.5,2024-01-01T00:02:00Z,2024-01-01T02:00:00Z\nA2,9,2024-01-01T00:09:00Z,2024-01-01T00:09:00Z\n",
		);
		const joinKeys = [{ name: "airport", type: scalar("STRING") }];
		const rows = {
			origin: { kind: "postgres", connection: null, table: "public.delays" },
			createdTime: "loaded_at",
		} as const;
		const features = [featureOf("delay", scalar("FLOAT64")), featureOf("tags", { scalar: "STRING", isArray: true })];
		registry = await fixtureRegistry(
			test.database,
			[
				{ name: "delays", joinKeys, features, rows },
				{ name: "resumed", joinKeys, features, rows },
				{
					name: "weather",
					joinKeys,
					features: [featureOf("wind_ms", scalar("FLOAT64"))],
					rows: {
						origin: { kind: "csv", path: join(house.folder, "weather.csv") },
						availableTime: { kind: "column", column: "known_ts" },
					},
					transformation: { sql: "SELECT airport, event_ts, known_ts, wind / 2 AS wind_ms FROM weather" },
				},
				{
					name: "pushed",
					joinKeys,
					features: [featureOf("delay", scalar("FLOAT64"))],
					rows: {
						origin: { kind: "push" },
						columns: [
							...joinKeys,
							{ name: "delay", type: scalar("FLOAT64") },
							{ name: "event_ts", type: scalar("TIMESTAMP") },
						],
					},
				},
				{ name: "volatile", joinKeys, features, rows, offline: false },
			],
			{
				name: "computed",
				inputs: { request: [], views: ["delays"] },
				features: [featureOf("twice", scalar("FLOAT64"), "delays.delay * 2.0")],
			},
			start,
		);
	});
	afterAll(() => house.close());

	const deps = (log: OfflineLog = house.log): BackfillRunDeps => {
		const writer = onlineWriter({ ...house, registry, retentionMicros: 0n, pollMs: 1000 });
		return { ...house, registry, log, writer };
	};
	const ask = async (view: string, more: Partial<BackfillInput> = {}): Promise<string> => {
		const input = {
			project: "default",
			view,
			start: minutes(1),
			end: minutes(2),
			reason: "The loader lost rows",
			idempotencyKey: null,
		};
		return (await backfill({ ...house, registry }, anyone, { ...input, ...more })).id;
	};
	const logged = async (view: string): Promise<string[]> => {
		const { viewId } = registry.view(view);
		const { rows } = await test.database.pool.query<{ row: string }>(
			`SELECT airport || ' ' || delay || ' ' || tags::text || ' ' || extract(epoch FROM event_ts) AS row FROM featuregraph_log.view_${viewId} ORDER BY __seq`,
		);
		return rows.map(({ row }) => row);
	};
	const online = async (view: string, key: string) => {
		const { id, joinKeys } = registry.view(view);
		return (await house.online.read([onlineKey(registry.projectId, id, joinKeys, [key])]))[0] ?? null;
	};
	const past = async (feature: string, minute: number, known: Known = { kind: "event" }) => {
		const frame = await historicalFeatures({ ...house, registry, mostInlineRows: 10 }, anyone, {
			project: "default",
			select: { features: [feature] },
			bindings: [],
			labels: [{ airport: "A1", event_timestamp: iso(minute) }],
			timestampColumn: "event_timestamp",
			known,
			fullFeatureNames: false,
			signal: never,
		});
		return frame.columns.at(-1)?.values[0];
	};

	it("write the rows of a range into the log of their view, and online; what was known at a label's time stays", async () => {
		const id = await ask("delays");
		expect(house.jobs.at(-1)).toEqual({ kind: "backfill", key: id, data: { runId: id } });
		await backfillRun(deps(), id, never);
		const count = BigInt(keyCount * 2);
		expect(await house.runs.get(id)).toMatchObject({ state: "SUCCEEDED", rowsRead: count, rowsWritten: count });
		const rows = await logged("delays");
		expect(rows).toHaveLength(keyCount * 2);
		expect(new Set(rows).size).toBe(rows.length);
		expect(rows).toContain(`A7 7.5 {x,NULL} ${Number(minutes(1) / 1_000_000n)}.000000`);
		expect(await online("delays", `A${keyCount}`)).not.toBeNull();
		expect(await house.log.due(minutes(600), 10)).toEqual([]);

		await test.database.pool.query("DELETE FROM public.delays WHERE airport = 'A1' AND event_ts >= '2024-01-01 00:01'");
		expect(await past("delays:delay", 2)).toBe(2);
		expect(await past("delays:delay", 2, { kind: "atLabelTime" })).toBe(1);
		expect(await past("delays:delay", 60, { kind: "atLabelTime" })).toBe(2);
	});

	it("append nothing twice when their worker dies, before or behind what the checkpoint knows", async () => {
		const id = await ask("resumed");
		const dying = (afterCommit: boolean): OfflineLog => {
			let appends = 0;
			return {
				...house.log,
				async appendOnce(...args) {
					const last = ++appends === 2;
					if (last && !afterCommit) stopping.abort();
					if (last && !afterCommit) throw new Error("The worker is gone.");
					const appended = await house.log.appendOnce(...args);
					if (last) stopping.abort();
					if (last) throw new Error("The worker is gone.");
					return appended;
				},
			};
		};
		let stopping = new AbortController();
		await expect(backfillRun(deps(dying(true)), id, stopping.signal)).rejects.toThrow();
		expect(await house.runs.get(id)).toMatchObject({ state: "RUNNING", rowsWritten: 5000n });
		expect(await logged("resumed")).toHaveLength(10_000);
		stopping = new AbortController();
		await expect(backfillRun(deps(dying(false)), id, stopping.signal)).rejects.toThrow();
		await backfillRun(deps(), id, never);
		expect(await house.runs.get(id)).toMatchObject({ state: "SUCCEEDED" });
		const rows = await logged("resumed");
		expect(new Set(rows).size).toBe(rows.length);
		const { rows: wanted } = await test.database.pool.query<{ count: string }>(
			"SELECT count(*) FROM public.delays WHERE event_ts BETWEEN '2024-01-01 00:01' AND '2024-01-01 00:02' AND airport IS NOT NULL",
		);
		expect(rows).toHaveLength(Number(wanted[0]?.count));
		// What the dead worker had appended and not brought online.
		expect(await house.log.due(minutes(600), 10)).toEqual([]);
		expect(await online("resumed", rows.at(-1)?.split(" ")[0] ?? "")).not.toBeNull();
	});

	it("run transformations of files, and keep rows back that are not available yet", async () => {
		await backfillRun(deps(), await ask("weather", { start: minutes(0), end: minutes(5) }), never);
		const { viewId } = registry.view("weather");
		const { rows } = await test.database.pool.query<{ wind: number }>(
			`SELECT wind_ms AS wind FROM featuregraph_log.view_${viewId} ORDER BY __seq`,
		);
		expect(rows.map(({ wind }) => wind)).toEqual([0.75, 1.25]);
		const before = await online("weather", "A1");
		const due = await house.log.due(minutes(600), 10);
		expect(due.map(({ dueAt }) => dueAt)).toEqual([minutes(120)]);
		house.time.now = minutes(121);
		expect(await onlineWriter({ ...house, registry, retentionMicros: 0n, pollMs: 1000 }).drainHandovers()).toBe(1);
		expect(before).not.toBeNull();
		expect(await online("weather", "A1")).not.toEqual(before);
		house.time.now = minutes(60);
	});

	it("need a reason, which the audit log keeps, and a view with a history of its own", async () => {
		const audit = postgresAuditLog(test.database);
		const [entry] = (await audit.recent("default", 50)).filter(({ subject }) => subject === "delays");
		expect(entry).toMatchObject({
			actor: "anonymous",
			action: "view.backfill",
			details: { reason: "The loader lost rows", start: String(minutes(1)) },
		});
		await expect(ask("delays", { reason: "  " })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
		await expect(ask("delays", { start: minutes(3) })).rejects.toMatchObject({ code: "BAD_USER_INPUT" });
		await expect(ask("dalays")).rejects.toMatchObject({ code: "UNKNOWN_VIEW", details: { nearest: ["delays"] } });
		await expect(ask("computed")).rejects.toMatchObject({ code: "BAD_USER_INPUT", details: { name: "computed" } });
		await expect(ask("volatile")).rejects.toMatchObject({ code: "BAD_USER_INPUT", details: { name: "volatile" } });
		await expect(ask("pushed")).rejects.toMatchObject({ code: "UNSUPPORTED", details: { name: "pushed" } });
		expect(await ask("delays", { idempotencyKey: "k" })).toBe(await ask("delays", { idempotencyKey: "k" }));
	});
});
