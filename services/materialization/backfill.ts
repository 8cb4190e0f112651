import { randomUUID } from "node:crypto";
import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { logOf } from "../../core/offline/offline-view.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { Json, Run } from "../../core/ports/run-store.ts";
import { parseVersionedName } from "../../core/reads/feature-reference.ts";
import { findView } from "../../core/reads/find-version.ts";
import type { BatchViewVersion, RegistrySnapshot } from "../../core/registry/snapshot.ts";
import type { Micros } from "../../core/values/value.ts";
import { runOnceByKey } from "../runs/once-by-key.ts";
import type { MaterializeDeps } from "./materialize.ts";

export interface BackfillInput {
	readonly project: string;
	readonly view: string;
	/** Of the event time, both inclusive. */
	readonly start: Micros;
	readonly end: Micros;
	/** For the audit log. */
	readonly reason: string;
	readonly idempotencyKey: string | null;
}

/** What a backfill was asked to do, as its run's row stores it. */
export interface BackfillRequest {
	readonly viewVersionId: number;
	readonly start: string;
	readonly end: string;
}

/** Written by `backfill` alone: what a row holds has this shape. */
export const backfillRequestOf = (json: Json): BackfillRequest => json as unknown as BackfillRequest;

const longestReason = 1000;

/**
 * Recomputes a range of a view from its source into the view's own log, as a run. The rows are taken in anew: what is
 * read by event time may change, what was known at a label's time does not. It is queued when this resolves.
 */
export async function backfill(deps: MaterializeDeps, principal: Principal, input: BackfillInput): Promise<Run> {
	requirePermission(principal, "WRITE_VALUES", input.project);
	checkInput(input);
	const run = await runOnceByKey(deps, { mutation: "backfill", principal: principal.id }, input, async () => {
		const snapshot = await deps.registry.snapshot(input.project);
		const version = backfilledView(snapshot, input.view);
		const request = {
			viewVersionId: version.id,
			start: input.start.toString(),
			end: input.end.toString(),
		} satisfies BackfillRequest;
		const at = deps.clock.now();
		const { project, view, reason } = input;
		return deps.runs.create({
			id: randomUUID(),
			projectId: snapshot.projectId,
			project,
			kind: "backfill",
			request: request satisfies Json,
			createdBy: principal.id,
			createdAt: at,
			audit: {
				at,
				actor: principal.id,
				action: "view.backfill",
				project,
				subject: view,
				details: { version: version.version, start: request.start, end: request.end, reason },
			},
		});
	});
	// A repeated call enqueues again: the first one may have died before it did. The queue's key keeps them apart.
	if (run.state === "QUEUED") await deps.queue.enqueue({ kind: "backfill", key: run.id, data: { runId: run.id } });
	return run;
}

function checkInput({ start, end, reason }: BackfillInput): void {
	if (start > end) throw new FeaturegraphError("BAD_USER_INPUT", "`start` lies after `end`.", { path: ["start"] });
	if (reason.trim() === "" || reason.length > longestReason) {
		throw new FeaturegraphError("BAD_USER_INPUT", `A reason has 1 to ${longestReason} characters.`, {
			path: ["reason"],
			hint: "Say why the past is written again: whoever asks later finds it in the audit log.",
		});
	}
}

function backfilledView(snapshot: RegistrySnapshot, name: string): BatchViewVersion {
	const view = findView(snapshot, parseVersionedName(name), "current");
	if (view.kind === "ON_DEMAND") {
		throw new FeaturegraphError("BAD_USER_INPUT", `The view "${name}" is computed on demand: it keeps no rows.`, {
			path: ["view"],
			name,
			hint: "Backfill the views that it reads.",
		});
	}
	if (!view.definition.offline) {
		throw new FeaturegraphError("BAD_USER_INPUT", `The view "${name}" says \`offline: false\`: it has no history.`, {
			path: ["view"],
			name,
			hint: "Set `offline: true` in its definition and apply that.",
		});
	}
	if (logOf(view) === null) {
		throw new FeaturegraphError(
			"UNSUPPORTED",
			`The view "${name}" reads the log of the push source "${view.source.definition.name}", and always replays all of it.`,
			{
				path: ["view"],
				name,
				hint: "Push the rows that were missing or wrong into the source, with their event times.",
			},
		);
	}
	return view;
}
