import { connectionOf, pageOf } from "../../../core/paging/connection.ts";
import { decodeNodeKey } from "../../../core/registry/node-id.ts";
import type { QueryResolvers } from "../../../schema/generated/serving.ts";
import { findRun, materializationKinds } from "../../../services/runs/run-service.ts";
import { onlineUsage } from "../../../services/serving/online-values.ts";
import { explainTrainingSet } from "../../../services/training/explain-training-set.ts";
import { historicalFeatures } from "../../../services/training/historical-features.ts";
import { trainingSet, trainingSets } from "../../../services/training/training-sets.ts";
import type { ServingSubgraphDeps } from "../deps.ts";
import { bindingsOf, knownOf, selectionOf } from "../one-of-inputs.ts";
import { trainingSetInputOf } from "../training-set-input.ts";

export function servingQueries(deps: ServingSubgraphDeps): Omit<QueryResolvers, "entities"> {
	return {
		onlineFeatures: (_, args, context) =>
			deps.onlineFeatures(
				context.principal,
				{
					project: args.project,
					select: selectionOf(args.select),
					bindings: bindingsOf(args.bindings),
					entities: args.entities,
					fullFeatureNames: args.fullFeatureNames,
				},
				deps.readerOf(context),
			),
		onlineUsage: async (_, { project }, { principal, signal }) => {
			const { views, ...all } = await onlineUsage(deps.onlineValues, principal, project, signal);
			return { ...int64s(all), views: views.map((view) => ({ ...view, ...int64s(view) })) };
		},
		historicalFeatures: (_, args, { principal, signal }) =>
			historicalFeatures(deps, principal, {
				project: args.project,
				select: selectionOf(args.select),
				bindings: bindingsOf(args.bindings),
				labels: args.labels,
				timestampColumn: args.timestampColumn,
				known: knownOf(args.known),
				fullFeatureNames: args.fullFeatureNames,
				signal,
			}),
		trainingSet: (_, { id }, { principal }) => {
			const key = decodeNodeKey("TrainingSet", id);
			return key === null ? null : trainingSet(deps, principal, key);
		},
		trainingSetPlan: async (_, { input }, { principal, signal }) => ({
			scans: await explainTrainingSet(deps, principal, trainingSetInputOf(input), signal),
		}),
		trainingSets: async (_, args, { principal }) => {
			const page = pageOf(args);
			return connectionOf(await trainingSets(deps, principal, args.project, page), page, ({ run }) => run.id);
		},
		materializationRun: (_, { id }, { principal }) => {
			const key = decodeNodeKey("MaterializationRun", id);
			return key === null ? null : findRun(deps, principal, key, materializationKinds);
		},
	};
}

const int64s = ({ entities, bytes }: { readonly entities: number; readonly bytes: number }) => ({
	entities: BigInt(entities),
	bytes: BigInt(bytes),
});
