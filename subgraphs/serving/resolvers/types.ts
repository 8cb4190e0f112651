import { decodeNodeKey, encodeFeatureId, encodeNodeId } from "../../../core/registry/node-id.ts";
import type {
	FeatureColumnResolvers,
	MaterializationRunResolvers,
	TrainingSetResolvers,
} from "../../../schema/generated/serving.ts";
import { findRun } from "../../../services/runs/run-service.ts";
import { trainingSet, trainingSetUrl } from "../../../services/training/training-sets.ts";
import type { ServingSubgraphDeps } from "../deps.ts";

export const featureColumnType: FeatureColumnResolvers = {
	type: ({ type }) => type.scalar,
	isArray: ({ type }) => type.isArray,
	feature: ({ feature }) => (feature === null ? null : { id: encodeFeatureId(feature.viewVersion.id, feature.name) }),
};

export function trainingSetType(deps: ServingSubgraphDeps): TrainingSetResolvers {
	return {
		__resolveReference: ({ id = "" }: { readonly __typename: string; readonly id?: string }, { principal }) => {
			const key = decodeNodeKey("TrainingSet", id);
			return key === null ? null : trainingSet(deps, principal, key);
		},
		id: ({ run }) => encodeNodeId("TrainingSet", run.id),
		project: ({ run }) => run.project,
		state: ({ run }) => run.state,
		progress: ({ run }) => run.progress,
		rowCount: ({ result }) => result?.rowCount ?? null,
		byteCount: ({ result }) => result?.byteCount ?? null,
		url: (set) => trainingSetUrl(set),
		contentHash: ({ result }) => result?.contentHash ?? null,
		failure: ({ run }) => run.failure,
		createdAt: ({ run }) => run.createdAt,
		finishedAt: ({ run }) => run.finishedAt,
	};
}

export function materializationRunType(deps: ServingSubgraphDeps): MaterializationRunResolvers {
	return {
		__resolveReference: ({ id }, { principal }) => {
			const key = decodeNodeKey("MaterializationRun", id);
			return key === null ? null : findRun(deps, principal, key, "materialization");
		},
		id: ({ id }) => encodeNodeId("MaterializationRun", id),
	};
}
