import { isAllowed } from "../../../core/access/require-permission.ts";
import type { TrainingSet } from "../../../core/ports/training-store.ts";
import { decodeNodeKey, encodeFeatureId, encodeNodeId } from "../../../core/registry/node-id.ts";
import type {
	FeatureColumnResolvers,
	MaterializationRunResolvers,
	Reproduction,
	TrainingSetResolvers,
} from "../../../schema/generated/serving.ts";
import { findRun, materializationKinds } from "../../../services/runs/run-service.ts";
import { splitUrl, trainingSet, trainingSetUrl } from "../../../services/training/training-sets.ts";
import type { ServingSubgraphDeps } from "../deps.ts";
import { provenanceOf } from "./provenance.ts";

export const featureColumnType: FeatureColumnResolvers = {
	type: ({ type }) => type.scalar,
	isArray: ({ type }) => type.isArray,
	stale: ({ stale }) => stale ?? false,
	feature: ({ feature }) => (feature === null ? null : { id: encodeFeatureId(feature.viewVersion.id, feature.name) }),
};

/** Nulls until it has succeeded. */
export const comparisonOf = ({ result }: TrainingSet): Pick<Reproduction, "identical" | "differences"> => ({
	identical: result?.comparison?.identical ?? null,
	differences:
		result?.comparison?.differences.map(({ rowCount, ...difference }) => ({
			...difference,
			rowCount: BigInt(rowCount),
		})) ?? null,
});

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
		leakage: ({ result }) =>
			result?.leakage?.map(({ viewVersionId, feature, ...finding }) => ({
				...finding,
				feature: { id: encodeFeatureId(viewVersionId, feature) },
				labelColumn: finding.labelColumn ?? null,
				correlation: finding.correlation ?? null,
			})) ?? null,
		reproduction: async (set, _, { principal }) => {
			if (set.reproductionOf === null) return null;
			const of = await trainingSet(deps, principal, set.reproductionOf);
			return of === null ? null : { of, ...comparisonOf(set) };
		},
		splits: (set) =>
			set.result?.provenance.splits?.parts.map(({ name, rowCount, byteCount }) => ({
				name,
				rowCount: BigInt(rowCount),
				byteCount: BigInt(byteCount),
				url: splitUrl(set, name),
			})) ?? null,
		provenance: (set, _, { principal }) =>
			isAllowed(principal, "READ_VALUES", set.run.project) ? provenanceOf(set) : null,
	};
}

export function materializationRunType(deps: ServingSubgraphDeps): MaterializationRunResolvers {
	return {
		__resolveReference: ({ id }, { principal }) => {
			const key = decodeNodeKey("MaterializationRun", id);
			return key === null ? null : findRun(deps, principal, key, materializationKinds);
		},
		id: ({ id }) => encodeNodeId("MaterializationRun", id),
	};
}
