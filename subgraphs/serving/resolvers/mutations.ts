import { catchUserErrors } from "../../../core/errors/catch-user-errors.ts";
import { decodeNodeId, decodeNodeKey } from "../../../core/registry/node-id.ts";
import type { MutationResolvers } from "../../../schema/generated/serving.ts";
import { backfill } from "../../../services/materialization/backfill.ts";
import { materialize } from "../../../services/materialization/materialize.ts";
import { cancelRun } from "../../../services/runs/run-service.ts";
import { dropOnlineValues } from "../../../services/serving/online-values.ts";
import { createTrainingSet } from "../../../services/training/create-training-set.ts";
import { reproduceTrainingSet } from "../../../services/training/provenance/reproduce-training-set.ts";
import { createUpload } from "../../../services/training/uploads/uploads.ts";
import type { ServingSubgraphDeps } from "../deps.ts";
import { pushIntoOf, uploadedLabelsOf } from "../one-of-inputs.ts";
import { trainingSetInputOf } from "../training-set-input.ts";
import { comparisonOf } from "./types.ts";

export function servingMutations(deps: ServingSubgraphDeps): MutationResolvers {
	return {
		createTrainingSet: (_, { input }, { principal }) =>
			catchUserErrors(
				async () => ({
					trainingSet: await createTrainingSet(deps, principal, trainingSetInputOf(input)),
					userErrors: [],
				}),
				(userErrors) => ({ trainingSet: null, userErrors }),
			),
		reproduceTrainingSet: (_, { id }, { principal }) =>
			catchUserErrors(
				async () => {
					const trainingSet = await reproduceTrainingSet(deps, principal, decodeNodeKey("TrainingSet", id) ?? id);
					return { ...comparisonOf(trainingSet), trainingSet, userErrors: [] };
				},
				(userErrors) => ({ identical: null, differences: null, trainingSet: null, userErrors }),
			),
		createUpload: (_, { input }, { principal }) =>
			catchUserErrors(
				async () => ({
					...(await createUpload(deps, principal, {
						project: input.project ?? "default",
						format: input.format,
						byteCount: input.byteCount ?? null,
						labels: uploadedLabelsOf(input),
					})),
					userErrors: [],
				}),
				(userErrors) => ({ id: null, url: null, userErrors }),
			),
		cancelRun: (_, { id }, { principal }) =>
			catchUserErrors(
				async () => ({ cancelled: await cancelRun(deps, principal, runKey(id)), userErrors: [] }),
				(userErrors) => ({ cancelled: false, userErrors }),
			),
		materialize: (_, { input }, { principal }) =>
			catchUserErrors(
				async () => ({
					run: await materialize(deps, principal, {
						project: input.project ?? "default",
						views: input.views ?? null,
						start: input.start ?? null,
						end: input.end ?? null,
						incremental: input.incremental ?? false,
						idempotencyKey: input.idempotencyKey ?? null,
					}),
					userErrors: [],
				}),
				(userErrors) => ({ run: null, userErrors }),
			),
		backfill: (_, { input }, { principal }) =>
			catchUserErrors(
				async () => ({
					run: await backfill(deps, principal, {
						project: input.project ?? "default",
						view: input.view,
						start: input.start,
						end: input.end,
						reason: input.reason,
						idempotencyKey: input.idempotencyKey ?? null,
					}),
					userErrors: [],
				}),
				(userErrors) => ({ run: null, userErrors }),
			),
		dropOnlineValues: (_, { project }, { principal }) =>
			catchUserErrors(
				async () => ({
					dropped: BigInt(await dropOnlineValues(deps.onlineValues, principal, project)),
					userErrors: [],
				}),
				(userErrors) => ({ dropped: null, userErrors }),
			),
		push: (_, { input }, { principal }) =>
			catchUserErrors(
				async () => ({
					...(await deps.push(principal, {
						project: input.project ?? "default",
						into: pushIntoOf(input.into),
						rows: input.rows,
						deletes: input.deletes ?? [],
						to: input.to ?? "BOTH",
						idempotencyKey: input.idempotencyKey ?? null,
					})),
					userErrors: [],
				}),
				(userErrors) => ({ accepted: 0, stale: 0, rejected: [], warnings: [], userErrors }),
			),
	};
}

/** Training sets and materializations are runs; an id of anything else goes on as it is, so that the use case names it. */
function runKey(id: string): string {
	const node = decodeNodeId(id);
	return node?.kind === "TrainingSet" || node?.kind === "MaterializationRun" ? node.key : id;
}
