import { isAllowed, requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { Run, RunKind, RunStore } from "../../core/ports/run-store.ts";
import { isFinal } from "../../core/runs/run-state.ts";
import { follow } from "../follow/follow.ts";

export interface RunDeps {
	readonly runs: RunStore;
	readonly bus: Bus;
	readonly clock: Clock;
}

const pollMs = 2000;

/** What the contract calls a materialization run. */
export const materializationKinds: readonly RunKind[] = ["materialization", "backfill"];

/** A run that the principal may see, of certain kinds where it matters; null otherwise. */
export async function findRun(
	{ runs }: Pick<RunDeps, "runs">,
	principal: Principal,
	id: string,
	kinds: readonly RunKind[] | null,
): Promise<Run | null> {
	const run = await runs.get(id);
	if (run === null || (kinds !== null && !kinds.includes(run.kind))) return null;
	return isAllowed(principal, "READ", run.project) ? run : null;
}

/**
 * The run as it is, then as it changes, to its end. A slow reader gets the latest, not every step. NOT_FOUND where
 * there is no such run.
 */
export async function followRun(
	deps: RunDeps,
	principal: Principal,
	id: string,
	kinds: readonly RunKind[] | null,
): Promise<AsyncIterableIterator<Run>> {
	if ((await findRun(deps, principal, id, kinds)) === null) throw noRun(id);
	let sent: string | null = null;
	return follow<Run>({
		subscribe: (wake) =>
			deps.bus.subscribe("run", ({ runId }) => {
				if (runId === id) wake();
			}),
		read: async () => {
			const run = await deps.runs.get(id);
			if (run === null) return { items: [], done: true };
			const face = faceOf(run);
			const items = face === sent ? [] : [run];
			sent = face;
			return { items, done: isFinal(run.state) };
		},
		pollMs,
	});
}

/** What a reader of progress sees of a run. */
const faceOf = ({ state, progress, rowsRead, rowsWritten }: Run): string =>
	`${state} ${progress} ${rowsRead} ${rowsWritten}`;

/** Ends a run that has not ended: true; one that had ended already: false. NOT_FOUND where there is none. */
export async function cancelRun(deps: RunDeps, principal: Principal, id: string): Promise<boolean> {
	const before = await findRun(deps, principal, id, null);
	if (before === null) throw noRun(id);
	requirePermission(principal, before.kind === "training-set" ? "READ_VALUES" : "WRITE_VALUES", before.project);
	if (isFinal(before.state)) return false;
	const at = deps.clock.now();
	const { project } = before;
	const audit = { at, actor: principal.id, action: "run.cancel", project, subject: id, details: { kind: before.kind } };
	const run = await deps.runs.requestCancel(id, at, audit);
	await deps.bus.publish({ topic: "run", runId: id });
	return run !== null && (run.state === "CANCELLED" || run.cancelRequested);
}

const noRun = (id: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `There is no run "${id}".`, {
		name: id,
		hint: "Use the id that `materialize` or `createTrainingSet` answered.",
	});
