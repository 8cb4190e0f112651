import { randomUUID } from "node:crypto";
import { requirePermission } from "../../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { JobQueue } from "../../../core/ports/job-queue.ts";
import type { Principal } from "../../../core/ports/principal.ts";
import type { TrainingSet, TrainingStore } from "../../../core/ports/training-store.ts";
import { followRun, type RunDeps } from "../../runs/run-service.ts";
import { trainingSet } from "../training-sets.ts";

export interface ReproduceDeps extends RunDeps {
	readonly training: TrainingStore;
	readonly queue: JobQueue;
	/** How long an answer waits for the run to end. */
	readonly reproduceWaitMs: number;
}

/**
 * Draws a training set again as a new one: the recorded versions, log positions and labels. Resolves when it has ended,
 * or after a while to one that is still running; its `comparison` says how the two differ. NOT_FOUND; CONFLICT where
 * there is nothing to compare with.
 */
export async function reproduceTrainingSet(
	deps: ReproduceDeps,
	principal: Principal,
	id: string,
): Promise<TrainingSet> {
	const original = await trainingSet(deps, principal, id);
	if (original === null) {
		throw new FeaturegraphError("NOT_FOUND", `There is no training set "${id}".`, {
			name: id,
			hint: "Use the id that `createTrainingSet` answered.",
		});
	}
	const { run, format, logPositions } = original;
	requirePermission(principal, "READ_VALUES", run.project);
	if (run.state !== "SUCCEEDED") {
		throw new FeaturegraphError("CONFLICT", `The training set is ${run.state}: there is nothing to compare with.`, {
			name: id,
			hint: "Reproduce one that has SUCCEEDED.",
		});
	}
	const at = deps.clock.now();
	const again = await deps.runs.create({
		id: randomUUID(),
		projectId: run.projectId,
		project: run.project,
		kind: "training-set",
		request: run.request,
		createdBy: principal.id,
		createdAt: at,
		audit: {
			at,
			actor: principal.id,
			action: "training-set.reproduce",
			project: run.project,
			subject: run.id,
			details: {},
		},
	});
	await deps.training.create(again.id, { name: original.name, format, logPositions, reproductionOf: run.id });
	await deps.queue.enqueue({ kind: "training-set", key: again.id, data: { runId: again.id } });
	await ended(deps, principal, again.id);
	const drawn = await deps.training.get(again.id);
	if (drawn === null) throw new Error(`The training set ${again.id} is gone.`);
	return drawn;
}

async function ended(deps: ReproduceDeps, principal: Principal, runId: string): Promise<void> {
	const changes = await followRun(deps, principal, runId, ["training-set"]);
	const timer = setTimeout(() => void changes.return?.(), deps.reproduceWaitMs);
	try {
		let next = await changes.next();
		while (next.done !== true) next = await changes.next();
	} finally {
		clearTimeout(timer);
	}
}
