import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { Job, JobQueue } from "../../../core/ports/job-queue.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { openPgBossQueue } from "../../../stores/queue/pg-boss-queue.ts";
import { testDatabase } from "../../support/database.ts";
import { silentLogger } from "../../support/silent-logger.ts";

const db = testDatabase();
const concurrency = { materialize: 2, backfill: 1, "training-set": 2 };
const open: JobQueue[] = [];
const children: ChildProcess[] = [];

async function openQueue(logger: Logger = silentLogger): Promise<JobQueue> {
	const queue = await openPgBossQueue({ url: db.url, logger, concurrency });
	open.push(queue);
	return queue;
}

afterEach(async () => {
	for (const child of children.splice(0)) child.kill("SIGKILL");
	await Promise.all(open.splice(0).map((queue) => queue.close(0)));
	await db.database.pool.query("DELETE FROM featuregraph_jobs.job; DELETE FROM featuregraph_jobs.schedule");
});

const materialize = (key: string, data: Job["data"] = {}): Job => ({ kind: "materialize", key, data });

const aborted = (signal: AbortSignal): Promise<void> =>
	new Promise((_, reject) => {
		signal.addEventListener("abort", () => reject(signal.reason as Error));
	});

test("a job comes once, with its key and data, to the workers of its kind", async () => {
	const [queue, other] = [await openQueue(), await openQueue()];
	const jobs: Job[] = [];
	await queue.work("materialize", async (job) => void jobs.push(job));
	await other.work("materialize", async (job) => void jobs.push(job));
	await other.work("backfill", async () => expect.unreachable());
	await queue.enqueue(materialize("run-1", { runId: "1", "with space": "ü" }));
	await vi.waitFor(() => expect(jobs).toHaveLength(1), { timeout: 60_000 });
	await sleep(500);
	expect(jobs).toEqual([materialize("run-1", { runId: "1", "with space": "ü" })]);
});

test("jobs of one key never run at the same time, nor hide those behind them; of each kind so many run at once", async () => {
	const [queue, other] = [await openQueue(), await openQueue()];
	const running = new Map<string, number>();
	const done: string[] = [];
	let most = 0;
	const handler = async ({ key, data }: Job): Promise<void> => {
		running.set(key, (running.get(key) ?? 0) + 1);
		expect(running.get(key)).toBe(1);
		most = Math.max(
			most,
			[...running.values()].reduce((sum, count) => sum + count),
		);
		await sleep(key === "slow" ? 800 : 50);
		running.set(key, (running.get(key) ?? 0) - 1);
		done.push(`${key} ${data["n"]}`);
	};
	for (const n of ["1", "2", "3"]) await queue.enqueue(materialize("slow", { n }));
	for (const n of ["1", "2", "3"]) await queue.enqueue(materialize(`quick-${n}`, { n }));
	await queue.work("materialize", handler);
	await other.work("materialize", handler);
	await vi.waitFor(() => expect(done).toHaveLength(6), { timeout: 60_000 });
	// The port promises no order among the jobs of one key.
	const slow = done.filter((entry) => entry.startsWith("slow"));
	expect(slow.toSorted()).toEqual(["slow 1", "slow 2", "slow 3"]);
	expect(done.indexOf("quick-3 3")).toBeLessThan(done.indexOf(slow[1] ?? ""));
	expect(most).toBeLessThanOrEqual(4);
});

test("a job that throws is logged and comes again", async () => {
	const errors: object[] = [];
	const queue = await openQueue({ ...silentLogger, error: (fields) => errors.push(fields) });
	let runs = 0;
	await queue.work("materialize", async () => {
		runs++;
		if (runs === 1) throw new Error("on purpose");
	});
	await queue.enqueue(materialize("run-1"));
	await vi.waitFor(() => expect(runs).toBe(2), { timeout: 60_000 });
	expect(errors).toEqual([expect.objectContaining({ kind: "materialize", key: "run-1" })]);
});

describe("a worker dies", () => {
	async function startDyingWorker(): Promise<{ child: ChildProcess; taken: string }> {
		const program = fileURLToPath(new URL("dying-worker.ts", import.meta.url));
		const child = spawn(process.execPath, [program, db.url], { stdio: ["ignore", "pipe", "inherit"] });
		children.push(child);
		const [taken] = await once(child.stdout, "data");
		return { child, taken: String(taken).trim() };
	}

	test("kill -9: its job comes again within seconds, not before", async () => {
		const queue = await openQueue();
		await queue.enqueue(materialize("run-1"));
		const { child, taken } = await startDyingWorker();
		expect(taken).toBe("run-1");
		const jobs: string[] = [];
		await queue.work("materialize", async ({ key }) => void jobs.push(key));
		await sleep(4500);
		expect(jobs).toEqual([]);
		child.kill("SIGKILL");
		const killed = performance.now();
		await vi.waitFor(() => expect(jobs).toEqual(["run-1"]), { timeout: 60_000, interval: 50 });
		expect(performance.now() - killed).toBeLessThan(10_000);
	});

	test("a worker that lost its database session is told, and the job comes again", async () => {
		const queue = await openQueue();
		const reasons: unknown[] = [];
		let runs = 0;
		await queue.work("materialize", async (_job, signal) => {
			runs++;
			if (runs === 1) await aborted(signal).finally(() => reasons.push(signal.reason));
		});
		await queue.enqueue(materialize("run-1"));
		await vi.waitFor(() => expect(runs).toBe(1), { timeout: 60_000 });
		await db.database.pool.query(
			"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'featuregraph leases'",
		);
		await vi.waitFor(() => expect(runs).toBe(2), { timeout: 60_000 });
		expect(reasons).toEqual([new Error("The lease of the job is lost")]);
	});
});

describe("closing", () => {
	test("waits for a job that ends in time, and takes no other", async () => {
		const queue = await openQueue();
		let [started, ended] = [0, 0];
		await queue.work("backfill", async () => {
			started++;
			await sleep(700);
			ended++;
		});
		for (const key of ["1", "2"]) await queue.enqueue({ kind: "backfill", key, data: {} });
		await vi.waitFor(() => expect(started).toBe(1), { timeout: 60_000 });
		await queue.close(10_000);
		expect([started, ended]).toEqual([1, 1]);
		const { rows } = await db.database.pool.query("SELECT state::text FROM featuregraph_jobs.job ORDER BY created_on");
		expect(rows).toEqual([{ state: "completed" }, { state: "created" }]);
	});

	test("aborts a job that does not; the next start has it again", async () => {
		const queue = await openQueue();
		let abortedAt = 0;
		await queue.work("materialize", (_job, signal) => {
			abortedAt = -1;
			return aborted(signal).finally(() => {
				abortedAt = performance.now();
			});
		});
		await queue.enqueue(materialize("run-1"));
		await vi.waitFor(() => expect(abortedAt).toBe(-1), { timeout: 60_000 });
		const closing = performance.now();
		await queue.close(300);
		expect(abortedAt - closing).toBeGreaterThan(250);
		expect(performance.now() - closing).toBeLessThan(6000);

		const next = await openQueue();
		const jobs: string[] = [];
		await next.work("materialize", async ({ key }) => void jobs.push(key));
		await vi.waitFor(() => expect(jobs).toEqual(["run-1"]), { timeout: 60_000 });
	});
});

describe("schedules", () => {
	test("a tick is one job over all workers, in UTC, seconds allowed", async () => {
		const [queue, other] = [await openQueue(), await openQueue()];
		const ticks: number[] = [];
		const handler = async ({ key, data }: Job): Promise<void> => {
			expect([key, data]).toEqual(["sweep", { view: "v" }]);
			ticks.push(Date.now());
		};
		await queue.work("backfill", handler);
		await other.work("backfill", handler);
		const job: Job = { kind: "backfill", key: "sweep", data: { view: "v" } };
		const begun = Date.now();
		await queue.schedule("backfill:every 2 seconds", "*/2 * * * * *", job);
		await sleep(6000);
		await vi.waitFor(() => expect(ticks.length).toBeGreaterThanOrEqual(2), { timeout: 60_000 });
		await queue.unschedule("backfill:every 2 seconds");
		// A worker may have looked last a second before. Of six seconds: four.
		expect(ticks.length).toBeLessThanOrEqual(Math.floor((Date.now() - begun + 1000) / 2000) + 1);
	});

	test("are replaced by name and listed", async () => {
		const queue = await openQueue();
		await queue.schedule("materialize:default:airport delays", "0 * * * *", materialize("a"));
		await queue.schedule("materialize:default:airport delays", "*/10 * * * *", materialize("a"));
		await queue.schedule("nightly", "30 3 * * *", { kind: "backfill", key: "r", data: {} });
		await queue.schedule("nightly", "30 4 * * *", { kind: "training-set", key: "r", data: {} });
		expect((await queue.schedules()).toSorted((a, b) => a.name.localeCompare(b.name))).toEqual([
			{ name: "materialize:default:airport delays", cron: "*/10 * * * *" },
			{ name: "nightly", cron: "30 4 * * *" },
		]);
		await queue.unschedule("nightly");
		await queue.unschedule("nothing of this name");
		expect(await queue.schedules()).toHaveLength(1);
	});
});

test("a database that does not answer is STORE_UNAVAILABLE", async () => {
	const url = "postgres://127.0.0.1:1/nothing";
	const opened = openPgBossQueue({ url, logger: silentLogger, concurrency });
	await expect(opened).rejects.toMatchObject({ code: "STORE_UNAVAILABLE" });
	const queue = await openQueue();
	await queue.ping();
});
