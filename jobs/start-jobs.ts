import type { JobQueue } from "../core/ports/job-queue.ts";
import { type BackfillRunDeps, backfillRun } from "../services/materialization/backfill-run.ts";
import { type MaterializeDeps } from "../services/materialization/materialize.ts";
import { type MaterializeRunDeps, materializeRun } from "../services/materialization/materialize-run.ts";
import { materializeScheduled, syncSchedules } from "../services/materialization/schedules.ts";
import { checkFreshness, type FreshnessDeps } from "../services/monitoring/freshness.ts";
import { type DropUnpinnedDeps, dropUnpinned } from "../services/serving/drop-unpinned.ts";
import type { OnlineWriter } from "../services/serving/write/online-writer.ts";
import { type DrawDeps, drawTrainingSet } from "../services/training/draw/draw-training-set.ts";
import { every } from "./every.ts";
import { type RetentionDeps, retention } from "./retention.ts";

export interface JobsDeps {
	readonly materialize: MaterializeDeps;
	readonly materializeRun: MaterializeRunDeps;
	readonly backfillRun: BackfillRunDeps;
	readonly draw: DrawDeps;
	readonly freshness: FreshnessDeps;
	readonly retention: RetentionDeps;
	readonly unpinned: DropUnpinnedDeps;
	/** Writes pushed rows online whose time has come, or whose process died. */
	readonly onlineWriter: Pick<OnlineWriter, "start" | "stop">;
	readonly freshnessIntervalSeconds: number;
}

const retentionEveryMs = 10 * 60_000;
const mostUnfinished = 1000;

/**
 * Takes up jobs and timers of this process; what a dead process left is handed to the queue again. `stop` ends the
 * timers and waits for the ones that run; the queue is closed by whoever made it.
 */
export async function startJobs(deps: JobsDeps): Promise<{ readonly stop: () => Promise<void> }> {
	const { queue, registry, bus, runs, logger } = { ...deps.materialize, logger: deps.freshness.logger };
	await queue.work("materialize", async ({ data }, signal) => {
		const { runId, project, view } = data as { runId?: string; project?: string; view?: string };
		if (runId !== undefined) return materializeRun(deps.materializeRun, runId, signal);
		if (project !== undefined && view !== undefined) return materializeScheduled(deps.materialize, project, view);
		logger.error({ data }, "A materialize job names neither a run nor a view");
	});
	await queue.work("backfill", async ({ data }, signal) => {
		const { runId } = data as { runId?: string };
		if (runId !== undefined) return backfillRun(deps.backfillRun, runId, signal);
		logger.error({ data }, "A backfill job names no run");
	});
	await queue.work("training-set", async ({ data }, signal) => {
		const { runId } = data as { runId?: string };
		if (runId !== undefined) return drawTrainingSet(deps.draw, runId, signal);
		logger.error({ data }, "A training-set job names no run");
	});
	await resume(queue, await runs.unfinished(mostUnfinished));

	const failed = (what: string) => (error: unknown) =>
		logger.error({ err: error }, `${what} failed; it is tried again`);
	// One after the other, so that an older look at the registry never overwrites a newer one.
	let syncing = Promise.resolve();
	const sync = (): void => {
		syncing = syncing.then(() => syncSchedules({ queue, registry })).catch(failed("Bringing the schedules up to date"));
	};
	const unsubscribe = await bus.subscribe("registry", sync);
	sync();
	const timers = [
		every(
			deps.freshnessIntervalSeconds * 1000,
			async (signal) => {
				for (const project of await registry.projects()) {
					signal.throwIfAborted();
					await checkFreshness(deps.freshness, project);
				}
			},
			failed("The freshness check"),
		),
		every(retentionEveryMs, (signal) => retention(deps.retention, signal), failed("Retention")),
		every(retentionEveryMs, (signal) => dropUnpinned(deps.unpinned, signal), failed("Dropping old versions")),
	];
	deps.onlineWriter.start();
	return {
		stop: async () => {
			await unsubscribe();
			await Promise.all([syncing, deps.onlineWriter.stop(), ...timers.map((timer) => timer.stop())]);
		},
	};
}

/** A run that was stored but never reached the queue, or whose job was lost. One that is under way stays the only one: its key. */
async function resume(
	queue: JobQueue,
	unfinished: Awaited<ReturnType<MaterializeDeps["runs"]["unfinished"]>>,
): Promise<void> {
	for (const { id, kind } of unfinished) {
		await queue.enqueue({
			kind: kind === "materialization" ? "materialize" : kind,
			key: id,
			data: { runId: id },
		});
	}
}
