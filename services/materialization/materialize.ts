import { randomUUID } from "node:crypto";
import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import type { IdempotencyStore } from "../../core/ports/idempotency-store.ts";
import type { JobQueue } from "../../core/ports/job-queue.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Json, Run } from "../../core/ports/run-store.ts";
import type { BatchViewVersion, RegistrySnapshot, ViewVersion } from "../../core/registry/snapshot.ts";
import type { Micros } from "../../core/values/value.ts";
import { runOnceByKey } from "../runs/once-by-key.ts";
import type { RunDeps } from "../runs/run-service.ts";
import type { MaterializationRequest } from "./request.ts";

export interface MaterializeDeps extends RunDeps {
	readonly registry: RegistryReader;
	readonly idempotency: IdempotencyStore;
	readonly queue: JobQueue;
}

export interface MaterializeInput {
	readonly project: string;
	/** Null: every current view that has online values. */
	readonly views: readonly string[] | null;
	readonly start: Micros | null;
	readonly end: Micros | null;
	readonly incremental: boolean;
	readonly idempotencyKey: string | null;
}

/** Brings the newest values of views online, as a run. It is queued when this resolves. */
export async function materialize(
	deps: MaterializeDeps,
	principal: Principal,
	input: MaterializeInput,
	schedule: string | null = null,
): Promise<Run> {
	requirePermission(principal, "WRITE_VALUES", input.project);
	checkRange(input);
	const create = async (): Promise<Run> => {
		const snapshot = await deps.registry.snapshot(input.project);
		const views = input.views === null ? onlineViews(snapshot) : input.views.map((name) => named(snapshot, name));
		if (views.length === 0) {
			throw new FeaturegraphError("BAD_USER_INPUT", `The project "${input.project}" has no view with online values.`, {
				path: ["views"],
				hint: "Apply a batch view that is not `online: false`.",
			});
		}
		const ids = new Set(views.flatMap((view) => [view, ...pinnedVersions(snapshot, view)]).map(({ id }) => id));
		const request = {
			viewVersionIds: [...ids],
			start: input.start?.toString() ?? null,
			end: input.end?.toString() ?? null,
			incremental: input.incremental,
			schedule,
		} satisfies MaterializationRequest;
		const id = randomUUID();
		const at = deps.clock.now();
		const { project } = input;
		const names = views.map(({ definition }) => definition.name);
		const audit = { at, actor: principal.id, action: "materialize", project, subject: id, details: { views: names } };
		return deps.runs.create({
			id,
			projectId: snapshot.projectId,
			project: input.project,
			kind: "materialization",
			request: request satisfies Json,
			createdBy: principal.id,
			createdAt: at,
			audit: schedule === null ? audit : null,
		});
	};
	const run = await runOnceByKey(deps, { mutation: "materialize", principal: principal.id }, input, create);
	// A repeated call enqueues again: the first one may have died before it did. The queue's key keeps them apart.
	if (run.state === "QUEUED") {
		await deps.queue.enqueue({ kind: "materialize", key: run.id, data: { runId: run.id } });
	}
	return run;
}

function checkRange({ start, end, incremental }: MaterializeInput): void {
	if (start !== null && end !== null && start > end) {
		throw new FeaturegraphError("BAD_USER_INPUT", "`start` lies after `end`.", { path: ["start"] });
	}
	if (incremental && start !== null) {
		throw new FeaturegraphError(
			"BAD_USER_INPUT",
			"`incremental` goes on where the last run ended: it takes no `start`.",
			{
				path: ["start"],
				hint: "Leave `start` out, or set `incremental` to false.",
			},
		);
	}
}

function onlineViews(snapshot: RegistrySnapshot): BatchViewVersion[] {
	return [...snapshot.views.values()].flatMap(({ current }) =>
		current?.kind === "BATCH" && current.definition.online ? [current] : [],
	);
}

function named(snapshot: RegistrySnapshot, name: string): BatchViewVersion {
	const current = snapshot.views.get(name)?.current ?? null;
	if (current === null) {
		throw new FeaturegraphError(
			"UNKNOWN_VIEW",
			`There is no feature view "${name}" in the project "${snapshot.project}".`,
			{
				path: ["views"],
				name,
				nearest: nearestNames(
					name,
					onlineViews(snapshot).map(({ definition }) => definition.name),
				),
				hint: "Name views that exist, or leave `views` out for all of them.",
			},
		);
	}
	if (current.kind === "ON_DEMAND") {
		throw new FeaturegraphError(
			"BAD_USER_INPUT",
			`The view "${name}" is computed on demand: there is nothing to materialize.`,
			{
				path: ["views"],
				name,
				hint: "Materialize the views that it reads.",
			},
		);
	}
	if (!current.definition.online) {
		throw new FeaturegraphError(
			"BAD_USER_INPUT",
			`The view "${name}" says \`online: false\`: it has no online values.`,
			{
				path: ["views"],
				name,
				hint: "Leave it out, or set `online: true` in its definition and apply that.",
			},
		);
	}
	return current;
}

/** Older versions that answer online (or did, until they were dropped) and that a service version froze (and with it a model): their values must not grow old. */
function pinnedVersions(snapshot: RegistrySnapshot, view: BatchViewVersion): BatchViewVersion[] {
	const pinned = new Map<number, BatchViewVersion>();
	for (const { all } of snapshot.services.values()) {
		for (const { viewVersion } of all.flatMap(({ features }) => features)) {
			for (const version of batchInputs(viewVersion)) {
				const isOlder = version.viewId === view.viewId && version.id !== view.id;
				const answers = version.onlineSince !== null || version.isDropped === true;
				if (isOlder && version.definition.online && answers) pinned.set(version.id, version);
			}
		}
	}
	return [...pinned.values()];
}

function batchInputs(version: ViewVersion): BatchViewVersion[] {
	return version.kind === "BATCH" ? [version] : version.inputs.flatMap(batchInputs);
}
