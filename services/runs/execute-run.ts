import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Run, RunProgress } from "../../core/ports/run-store.ts";
import type { RunEvent } from "../../core/runs/run-state.ts";
import type { RunDeps } from "./run-service.ts";

export interface ExecuteDeps extends RunDeps {
	readonly logger: Logger;
}

export interface RunControls {
	/** Aborts when the run is cancelled or its worker stops. */
	readonly signal: AbortSignal;
	/** Stores how far it came and tells those who follow. Throws when the run is to end. */
	readonly checkpoint: (progress: RunProgress) => Promise<void>;
}

const cancelPollMs = 1000;

/**
 * Carries a run to its end. The work is called with the run as it was left, so that it goes on from its checkpoint.
 * What it throws becomes the failure of the run. When the worker stops the run stays RUNNING and the promise rejects:
 * the queue brings it again. A run that has ended is left alone.
 */
export async function executeRun(
	deps: ExecuteDeps,
	runId: string,
	stopping: AbortSignal,
	work: (run: Run, controls: RunControls) => Promise<void>,
): Promise<void> {
	const end = async (event: RunEvent, failure?: UserError): Promise<void> => {
		await deps.runs.apply(runId, event, deps.clock.now(), failure);
		await deps.bus.publish({ topic: "run", runId });
	};
	const run = await deps.runs.apply(runId, "start", deps.clock.now());
	if (run === null) return;
	await deps.bus.publish({ topic: "run", runId });
	const cancelled = new AbortController();
	const unwatch = watchCancel(deps, runId, cancelled);
	const checkpoint = async (progress: RunProgress): Promise<void> => {
		if ((await deps.runs.progress(runId, progress)) === null) cancelled.abort();
		await deps.bus.publish({ topic: "run", runId });
		signal.throwIfAborted();
	};
	const signal = AbortSignal.any([stopping, cancelled.signal]);
	try {
		signal.throwIfAborted();
		await work(run, { signal, checkpoint });
		await end("succeed");
	} catch (error) {
		if (cancelled.signal.aborted) {
			await end("cancel");
		} else if (stopping.aborted) {
			throw error;
		} else {
			if (!(error instanceof FeaturegraphError)) deps.logger.error({ err: error, runId }, "A run failed");
			await end("fail", failureOf(error));
		}
	} finally {
		unwatch();
	}
}

/** What the caller learns of an error: those of ours are masked, the log has them. */
export function failureOf(error: unknown): UserError {
	if (error instanceof FeaturegraphError) return error.toUserError();
	return {
		code: "JOB_FAILED",
		message: "The run ended with an error of ours.",
		nearest: [],
		hint: "Start it again; if it fails again, the server's log has the cause under the run's id.",
	};
}

function watchCancel({ runs, logger }: ExecuteDeps, runId: string, cancelled: AbortController): () => void {
	const look = (): void => {
		runs.get(runId).then(
			(run) => {
				if (run === null || run.cancelRequested || run.state === "CANCELLED") cancelled.abort();
			},
			(error: unknown) => logger.warn({ err: error, runId }, "Whether a run is cancelled could not be read"),
		);
	};
	const timer = setInterval(look, cancelPollMs);
	look();
	return () => clearInterval(timer);
}
