import { randomUUID } from "node:crypto";
import { requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type { IdempotencyStore } from "../../core/ports/idempotency-store.ts";
import type { JobQueue } from "../../core/ports/job-queue.ts";
import type { FileFormat } from "../../core/ports/offline-engine.ts";
import type { OfflineLog } from "../../core/ports/offline-log.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Json } from "../../core/ports/run-store.ts";
import type { TrainingSet, TrainingStore } from "../../core/ports/training-store.ts";
import type { UploadStore } from "../../core/ports/upload-store.ts";
import { parseVersionedName } from "../../core/reads/feature-reference.ts";
import { findService } from "../../core/reads/find-version.ts";
import { freezeSelection } from "../../core/reads/frozen-selection.ts";
import type { ResolvedSelection } from "../../core/reads/model.ts";
import type { RunDeps } from "../runs/run-service.ts";
import { labelLogOf } from "./labels/label-source.ts";
import { resolveRequest, type TrainingSetQuestion } from "./resolve-request.ts";
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

export interface CreateTrainingSetInput extends TrainingSetQuestion {
	readonly project: string;
	readonly name: string | null;
	readonly format: FileFormat;
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
	const now = deps.clock.now();
	const { selection, labels, splits } = await resolveRequest(deps, snapshot, input, now);
	const service =
		"featureService" in input.select
			? findService(snapshot, parseVersionedName(input.select.featureService), "current")
			: null;
	const request: TrainingRequest = {
		selection: freezeSelection(selection),
		serviceVersionId: service?.id ?? null,
		registryVersion: snapshot.registryVersion,
		labels,
		timestampColumn: input.timestampColumn,
		known: freezeKnown(input.known),
		drawnAt: now.toString(),
		format: input.format,
		splits,
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
