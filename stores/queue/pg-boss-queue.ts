import { createHash } from "node:crypto";
import { PgBoss } from "pg-boss";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Job, JobKind, JobQueue } from "../../core/ports/job-queue.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { latestTick, tickId } from "./due-ticks.ts";
import { openJobLeases } from "./job-leases.ts";
import { repeat } from "./repeat.ts";

export interface PgBossQueueOptions {
	readonly url: string;
	readonly logger: Logger;
	/** How many jobs of each kind this process runs at a time. */
	readonly concurrency: Readonly<Record<JobKind, number>>;
}

/** What is kept of a job in the database, beside its kind. */
interface JobData {
	readonly key: string;
	readonly data: Readonly<Record<string, string>>;
}

interface ScheduleData {
	readonly name: string;
	readonly job: JobData;
}

const schema = "featuregraph_jobs";
const orphanCheckMs = 2000;
const scheduleCheckMs = 1000;
const pollSeconds = 2;
/** How long a job whose signal is aborted may take to end, before the queue leaves it behind. */
const abortMs = 5000;

/**
 * Every kind is a queue. A job that throws comes again: after a second, then more and more slowly, up to a minute
 * apart. A hundred times suffice for the restarts of a long life, and end what kills every worker it meets.
 */
const queueOptions = {
	policy: "singleton",
	notify: true,
	retryLimit: 100,
	retryDelay: 1,
	retryBackoff: true,
	retryDelayMax: 60,
	expireInSeconds: 24 * 60 * 60 - 1,
	deleteAfterSeconds: 24 * 60 * 60,
} as const;

/**
 * The queue on PostgreSQL, by pg-boss in a schema of its own. On top of pg-boss, whose shortest way to notice a dead
 * worker takes 10 seconds and whose schedules know no seconds: leases that end with the worker's session, and ticks
 * that become one job over all processes. STORE_UNAVAILABLE where the database does not answer.
 */
export async function openPgBossQueue({ url, logger, concurrency }: PgBossQueueOptions): Promise<JobQueue> {
	const boss = new PgBoss({
		connectionString: url,
		application_name: "featuregraph queue",
		schema,
		max: 4,
		schedule: false,
		useListenNotify: true,
	});
	boss.on("error", (error) => logger.error({ err: error }, "The job queue failed"));
	boss.on("warning", ({ message, data }) => logger.warn({ data }, `Job queue: ${message}`));
	const kinds = Object.keys(concurrency) as JobKind[];
	try {
		await boss.start();
		for (const kind of kinds) await boss.createQueue(kind, queueOptions);
	} catch (error) {
		await boss.stop({ graceful: false });
		throw new FeaturegraphError("STORE_UNAVAILABLE", "The job queue's database does not answer.", {}, { cause: error });
	}

	const leases = openJobLeases({ url, schema, logger });
	const stopping = new AbortController();
	const tasks: (() => Promise<void>)[] = [];
	let suspects: ReadonlySet<string> = new Set();

	const send = (kind: JobKind, job: JobData, id?: string): Promise<unknown> =>
		boss.send(kind, job, { singletonKey: job.key, group: { id: job.key }, ...(id === undefined ? {} : { id }) });

	/** A job that has just been taken, or has just ended, has no lease either: it takes two looks to tell it from an orphan. */
	async function requeueOrphans(): Promise<void> {
		const found = await leases.orphans(kinds);
		for (const { id, kind } of found.filter((orphan) => suspects.has(orphan.id))) {
			logger.warn({ jobId: id, kind }, "A job's worker died: the job comes again");
			await boss.fail(kind, id, { message: "its worker died" });
		}
		suspects = new Set(found.map(({ id }) => id));
	}

	let lookedAt = new Date();
	/** A tick is left out while the job of an earlier one still waits. */
	async function sendDueTicks(): Promise<void> {
		const now = new Date();
		for (const schedule of await boss.getSchedules()) {
			const tick = latestTick(schedule.cron, lookedAt, now);
			if (tick === null) continue;
			const { name, job } = schedule.data as ScheduleData;
			const waiting = await boss.findJobs(schedule.name, { key: job.key, queued: true });
			if (waiting.length === 0) await send(schedule.name as JobKind, job, tickId(name, tick));
		}
		lookedAt = now;
	}

	async function run(kind: JobKind, { key, data }: JobData, expiry: AbortSignal, handler: Handler): Promise<void> {
		const lease = await leases.take(kind, key);
		if (lease === null) throw new Error(`Another worker still holds the ${kind} job ${key}`);
		try {
			await handler({ kind, key, data }, AbortSignal.any([stopping.signal, lease.signal, expiry]));
		} catch (error) {
			if (!stopping.signal.aborted) logger.error({ err: error, kind, key }, "A job failed and comes again");
			throw error;
		} finally {
			await lease.release();
		}
	}

	return {
		async enqueue({ kind, key, data }) {
			await send(kind, { key, data });
		},
		async work(kind, handler) {
			const options = {
				localConcurrency: concurrency[kind],
				// Passes over the jobs of a key that runs: they would hide all those behind them.
				groupConcurrency: 1,
				pollingIntervalSeconds: pollSeconds,
				notifyPollingIntervalSeconds: pollSeconds,
			};
			await boss.work<JobData>(kind, options, async ([job]) => {
				if (job !== undefined) await run(kind, job.data, job.signal, handler);
			});
			if (tasks.length > 0) return;
			const failed = (error: unknown): void => logger.warn({ err: error }, "The job queue could not look for work");
			tasks.push(repeat(orphanCheckMs, requeueOrphans, failed), repeat(scheduleCheckMs, sendDueTicks, failed));
		},
		async schedule(name, cron, { kind, key, data }) {
			const present = (await boss.getSchedules()).filter((row) => (row.data as ScheduleData).name === name);
			const scheduleData: ScheduleData = { name, job: { key, data } };
			await boss.schedule(kind, cron, scheduleData, { tz: "UTC", key: scheduleKey(name) });
			for (const row of present) if (row.name !== kind) await boss.unschedule(row.name, row.key);
		},
		async unschedule(name) {
			const key = scheduleKey(name);
			for (const row of await boss.getSchedules()) if (row.key === key) await boss.unschedule(row.name, key);
		},
		async schedules() {
			const rows = await boss.getSchedules();
			return rows.map(({ cron, data }) => ({ name: (data as ScheduleData).name, cron }));
		},
		async ping() {
			try {
				await boss.getDb().executeSql("SELECT 1");
			} catch (error) {
				throw new FeaturegraphError("STORE_UNAVAILABLE", "The job queue does not answer.", {}, { cause: error });
			}
		},
		async close(graceMs) {
			await Promise.all(tasks.map((stop) => stop()));
			const timer = setTimeout(() => stopping.abort(new Error("The worker stops")), graceMs);
			await boss.stop({ graceful: true, timeout: graceMs + abortMs });
			clearTimeout(timer);
			await leases.close();
		},
	};
}

type Handler = (job: Job, signal: AbortSignal) => Promise<void>;

/** pg-boss takes letters, digits and `_-./` only. */
const scheduleKey = (name: string): string => createHash("sha256").update(name).digest("hex");
