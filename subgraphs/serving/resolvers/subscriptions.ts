import { mapIterator } from "../../../core/iterators/map-iterator.ts";
import { decodeNodeKey } from "../../../core/registry/node-id.ts";
import type { SubscriptionResolvers } from "../../../schema/generated/serving.ts";
import { followRun, materializationKinds } from "../../../services/runs/run-service.ts";
import { trainingSet } from "../../../services/training/training-sets.ts";
import type { ServingSubgraphDeps } from "../deps.ts";
import { selectionOf } from "../one-of-inputs.ts";

/** Progress: the present state first, then each change; the stream completes behind the last one. */
export function servingSubscriptions(deps: ServingSubgraphDeps): SubscriptionResolvers {
	return {
		trainingSetProgress: {
			subscribe: async (_, { id }, { principal }) => {
				const key = decodeNodeKey("TrainingSet", id) ?? id;
				const runs = await followRun(deps, principal, key, ["training-set"]);
				return mapIterator(runs, async () => ({ trainingSetProgress: await trainingSet(deps, principal, key) }));
			},
		},
		materializationProgress: {
			subscribe: async (_, { id }, { principal }) => {
				const key = decodeNodeKey("MaterializationRun", id) ?? id;
				const runs = await followRun(deps, principal, key, materializationKinds);
				return mapIterator(runs, (run) => ({ materializationProgress: run }));
			},
		},
		featureUpdates: {
			subscribe: async (_, { project, select, entities }, { principal }) => {
				const frames = await deps.featureUpdates(principal, { project, select: selectionOf(select), entities });
				return mapIterator(frames, (frame) => ({ featureUpdates: frame }));
			},
		},
	};
}
