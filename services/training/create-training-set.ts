import { randomUUID } from "node:crypto";
import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type { IdempotencyStore } from "../../core/ports/idempotency-store.ts";
import type { JobQueue } from "../../core/ports/job-queue.ts";
import type { FileFormat, Known } from "../../core/ports/offline-engine.ts";
import type { OfflineLog } from "../../core/ports/offline-log.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Json } from "../../core/ports/run-store.ts";
import type { TrainingSet, TrainingStore } from "../../core/ports/training-store.ts";
import type { UploadStore } from "../../core/ports/upload-store.ts";
import { parseVersionedName } from "../../core/reads/feature-reference.ts";
import { findService } from "../../core/reads/find-version.ts";
import { freezeSelection } from "../../core/reads/frozen-selection.ts";
import type { RequestBinding, ResolvedSelection, Selection } from "../../core/reads/model.ts";
import { resolveSelection } from "../../core/reads/resolve-selection.ts";
import { resolveSplits, type SplitInput } from "../../core/training/splits.ts";
import type { RunDeps } from "../runs/run-service.ts";
import { labelLogOf } from "./labels/label-source.ts";
import { type LabelSourceInput, resolveLabels } from "./labels/resolve-labels.ts";
import { freezeKnown, type TrainingRequest } from "./training-request.ts";

export interface CreateTrainingSetDeps extends RunDeps {
	readonly registry: RegistryReader;
	readonly training: TrainingStore;
	readonly uploads: UploadStore;
	readonly log: OfflineLog;
	readonly idempotency: IdempotencyStore;
	readonly queue: JobQueue;
	readonly mostInlineRows: number;
}

export interface CreateTrainingSetInput {
	readonly project: string;
	readonly name: string | null;
	readonly select: Selection;
	readonly bindings: readonly RequestBinding[];
	readonly labels: LabelSourceInput;
	readonly timestampColumn: string;
	readonly known: Known;
	readonly format: FileFormat;
	readonly fullFeatureNames: boolean;
	readonly splits?: SplitInput | null;
	/** Label columns that correlations are looked for with; absent or null: all. */
	readonly targets?: readonly string[] | null;
	readonly idempotencyKey: string | null;
}

const longestName = 200;

/**
 * Asks for a training set. Versions and log positions are fixed here: whenever and however often it is drawn, what has
 * been applied or pushed since changes nothing. It is queued when this resolves.
 */
export async function createTrainingSet(
	deps: CreateTrainingSetDeps,
	principal: Principal,
	input: CreateTrainingSetInput,
): Promise<TrainingSet> {
	requirePermission(principal, "READ_VALUES", input.project);
	if (input.name !== null && input.name.length > longestName) {
		throw new FeaturegraphError("BAD_USER_INPUT", `A name has at most ${longestName} characters.`, { path: ["name"] });
	}
	const create = (): Promise<string> => createRun(deps, principal, input);
	const id =
		input.idempotencyKey === null
			? await create()
			: await deps.idempotency.once(
					{ project: input.project, mutation: "createTrainingSet", principal: principal.id },
					input.idempotencyKey,
					create,
				);
	const set = typeof id === "string" ? await deps.training.get(id) : null;
	if (set === null) throw new Error(`The training set ${JSON.stringify(id)} is gone.`);
	// A repeated call enqueues again: the first one may have died before it did. The queue's key keeps them apart.
	if (set.run.state === "QUEUED") {
		await deps.queue.enqueue({ kind: "training-set", key: set.run.id, data: { runId: set.run.id } });
	}
	return set;
}

async function createRun(
	deps: CreateTrainingSetDeps,
	principal: Principal,
	input: CreateTrainingSetInput,
): Promise<string> {
	const snapshot = await deps.registry.snapshot(input.project);
	const options = { fullFeatureNames: input.fullFeatureNames, versions: "current" } as const;
	const selection = resolveSelection(snapshot, input.select, input.bindings, options);
	refuseOnlineOnly(selection);
	const service =
		"featureService" in input.select
			? findService(snapshot, parseVersionedName(input.select.featureService), "current")
			: null;
	const now = deps.clock.now();
	const request: TrainingRequest = {
		selection: freezeSelection(selection),
		serviceVersionId: service?.id ?? null,
		registryVersion: snapshot.registryVersion,
		labels: await resolveLabels(deps, selection, input.timestampColumn, input.labels),
		timestampColumn: input.timestampColumn,
		known: freezeKnown(input.known),
		drawnAt: now.toString(),
		format: input.format,
		splits: input.splits == null ? null : resolveSplits(input.splits, selection.joinKeys),
		targets: input.targets ?? null,
	};
	// Before the run is there: an upload that it speaks of is not expired under it.
	if (request.labels.kind === "upload") await deps.uploads.use(request.labels.uploadId, now);
	const id = randomUUID();
	const run = await deps.runs.create({
		id,
		projectId: snapshot.projectId,
		project: input.project,
		kind: "training-set",
		request: request as unknown as Json,
		createdBy: principal.id,
		createdAt: now,
		audit: {
			at: now,
			actor: principal.id,
			action: "training-set.create",
			project: input.project,
			subject: id,
			details: { name: input.name, select: input.select, labels: input.labels.kind },
		},
	});
	const labelLog = labelLogOf(snapshot, request.labels);
	const logPositions = await deps.log.positions(logsOf(selection, labelLog === null ? [] : [labelLog]));
	await deps.training.create(run.id, {
		name: input.name,
		format: input.format,
		logPositions,
		reproductionOf: null,
	});
	return run.id;
}

function logsOf({ batch }: ResolvedSelection, more: readonly string[]): string[] {
	const views = batch.map(({ view }) => offlineViewOf(view));
	const ids = views.flatMap(({ relation, log }) => [relation.log?.id, log?.id]).filter((id) => id !== undefined);
	return [...new Set([...ids, ...more])];
}

/** Views that keep no history cannot say what was true then. */
export function refuseOnlineOnly({ batch }: ResolvedSelection): void {
	for (const { view } of batch) {
		if (view.definition.offline) continue;
		const { name } = view.definition;
		throw new FeaturegraphError(
			"BAD_USER_INPUT",
			`The view "${name}" says \`offline: false\`: it has no history to read.`,
			{
				name,
				hint: "Leave its features out, or set `offline: true` in its definition and apply that.",
			},
		);
	}
}
