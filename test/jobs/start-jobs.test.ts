import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobQueue } from "../../core/ports/job-queue.ts";
import type { Run } from "../../core/ports/run-store.ts";
import { scalar } from "../../core/values/type.ts";
import { startJobs } from "../../jobs/start-jobs.ts";
import { materialize } from "../../services/materialization/materialize.ts";
import { checkFreshness } from "../../services/monitoring/freshness.ts";
import { followRun } from "../../services/runs/run-service.ts";
import { batchWriter } from "../../services/serving/write/batch-writer.ts";
import { createTrainingSet } from "../../services/training/create-training-set.ts";
import { postgresAuditLog } from "../../stores/postgres/audit/audit-log.ts";
import { postgresRegistryStore } from "../../stores/postgres/registry/registry-store.ts";
import { openPgBossQueue } from "../../stores/queue/pg-boss-queue.ts";
import { testDatabase } from "../support/database.ts";
import { type FixtureRegistry, featureOf, fixtureRegistry } from "../support/fixture-registry.ts";
import { anyone, type RunHouse, runHouse } from "../support/run-house.ts";
import { silentLogger } from "../support/silent-logger.ts";

const start = 1_704_067_200_000_000n;

describe("jobs over the queue", () => {
	const test = testDatabase({ maxConnections: 12 });
	let house: RunHouse;
	let registry: FixtureRegistry;
	let queue: JobQueue;
	let jobs: { readonly stop: () => Promise<void> };
	let orphan: Run;
	beforeAll(async () => {
		await test.database.pool.query(`
			CREATE TABLE public.delays (airport text, delay float8, event_ts timestamptz);
			INSERT INTO public.delays SELECT 'A' || k, k, '2024-01-01' FROM generate_series(1, 100) AS k`);
		house = await runHouse(test.database, start + 3_600_000_000n);
		registry = await fixtureRegistry(
			test.database,
			[
				{
					name: "delays",
					joinKeys: [{ name: "airport", type: scalar("STRING") }],
					features: [featureOf("delay", scalar("FLOAT64"))],
					rows: { origin: { kind: "postgres", connection: null, table: "public.delays" } },
					schedule: "* * * * * *",
					freshnessSlaSeconds: 60,
				},
			],
			null,
			start,
		);
		queue = await openPgBossQueue({
			url: test.url,
			logger: silentLogger,
			concurrency: { materialize: 2, backfill: 1, "training-set": 1 },
		});
		// Stored by a process that died before it reached the queue.
		orphan = await materialize({ ...house, registry }, anyone, ask({ incremental: false }));
		const deps = { ...house, registry, queue, mostInlineRows: 100, scratchFolder: house.folder, graceSeconds: 0 };
		const writeOnline = batchWriter({ online: house.online, bus: house.bus, retentionMicros: 0n });
		jobs = await startJobs({
			materialize: deps,
			materializeRun: { ...deps, writeOnline, checkFreshness: (project) => checkFreshness(deps, project) },
			backfillRun: {
				...deps,
				writer: { apply: async () => new Set(), drainHandovers: async () => 0, settled: async () => {} },
			},
			draw: deps,
			freshness: deps,
			retention: deps,
			unpinned: {
				...deps,
				registry: {
					projects: async () => [],
					snapshot: (project) => registry.snapshot(project),
					unpin: async () => [],
				},
				noted: postgresRegistryStore(test.database),
				audit: postgresAuditLog(test.database),
				retentionMicros: 0n,
			},
			onlineWriter: { start() {}, stop: async () => {} },
			freshnessIntervalSeconds: 0.2,
		});
	});
	afterAll(async () => {
		await jobs.stop();
		await queue.close(2000);
		await house.close();
	});

	const ask = ({ incremental }: { readonly incremental: boolean }) => ({
		project: "default",
		views: ["delays"],
		start: null,
		end: null,
		incremental,
		idempotencyKey: null,
	});
	const ended = async (id: string): Promise<Run | undefined> => {
		let last: Run | undefined;
		for await (const run of await followRun({ ...house }, anyone, id, null)) last = run;
		return last;
	};

	it("take up what a dead process left", async () => {
		expect(await ended(orphan.id)).toMatchObject({ state: "SUCCEEDED", rowsRead: 100n });
	});

	it("carry out what is asked for", async () => {
		const deps = { ...house, registry, queue, mostInlineRows: 100 };
		const { run } = await createTrainingSet(deps, anyone, {
			project: "default",
			name: null,
			select: { features: ["delays:delay"] },
			bindings: [],
			labels: { kind: "rows", rows: [{ airport: "A7", event_timestamp: "2024-01-01T00:30:00Z" }] },
			timestampColumn: "event_timestamp",
			known: { kind: "event" },
			format: "PARQUET",
			fullFeatureNames: false,
			idempotencyKey: null,
		});
		expect(await ended(run.id)).toMatchObject({ state: "SUCCEEDED", progress: 1 });
	});

	it("run schedules, incrementally, and watch freshness", async () => {
		await expect
			.poll(async () => (await queue.schedules()).map(({ name }) => name))
			.toEqual(["materialize:default:delays"]);
		const scheduled = async () => {
			const { rows } = await test.database.pool.query(
				"SELECT state FROM featuregraph.runs WHERE created_by = 'system:schedule' AND state = 'SUCCEEDED'",
			);
			return rows.length;
		};
		await expect.poll(scheduled).toBeGreaterThan(0);
		const firing = async () => (await house.alerts.open(registry.projectId, "FRESHNESS")).map(({ state }) => state);
		await expect.poll(firing).toEqual(["FIRING"]);
	});
});
