export type JobKind = "materialize" | "backfill" | "training-set";

/** One piece of work; its state lives in the run's own row, so a job may come twice and must be idempotent. */
export interface Job {
	readonly kind: JobKind;
	/** Jobs of one key never run at the same time. */
	readonly key: string;
	readonly data: Readonly<Record<string, string>>;
}

export interface JobQueue {
	enqueue(job: Job): Promise<void>;
	/** Starts taking jobs of this kind. A job whose worker died comes again within seconds. */
	work(kind: JobKind, handler: (job: Job, signal: AbortSignal) => Promise<void>): Promise<void>;
	/** Runs `job` by cron (UTC), once over all workers. Replaces the schedule of that name. */
	schedule(name: string, cron: string, job: Job): Promise<void>;
	unschedule(name: string): Promise<void>;
	schedules(): Promise<readonly { readonly name: string; readonly cron: string }[]>;
	ping(): Promise<void>;
	/** Waits for running jobs, at most `graceMs`, then aborts their signals: they come again at the next start. */
	close(graceMs: number): Promise<void>;
}
