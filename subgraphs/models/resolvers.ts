import { catchUserErrors } from "../../core/errors/catch-user-errors.ts";
import { connectionOf, pageOf } from "../../core/paging/connection.ts";
import type { Model, ModelVersion } from "../../core/ports/model-store.ts";
import { decodeFeatureKey, decodeNodeKey, encodeNodeId, versionIdOf } from "../../core/registry/node-id.ts";
import type { Resolvers } from "../../schema/generated/models.ts";
import { dateTimeScalar } from "../../schema/scalars/date-time.ts";
import {
	aliasesOf,
	model,
	modelById,
	models,
	modelVersion,
	modelVersionById,
	versionsOfFeature,
	versionsOfModel,
	versionsOfService,
} from "../../services/models/read-models.ts";
import { type ModelDeps, registerModelVersion } from "../../services/models/register-model-version.ts";
import type { Registry } from "../../services/registry/registry.ts";

export type ModelsSubgraphDeps = ModelDeps & { readonly registry: Registry };

const byName = ({ name }: Model): string => name;
const byNumber = ({ version }: ModelVersion): string => String(version);
const byId = ({ id }: ModelVersion): string => id;

/** Models, their versions, and which of them read a feature or a feature service. */
export function modelsResolvers(deps: ModelsSubgraphDeps): Resolvers {
	return {
		DateTime: dateTimeScalar,
		Query: {
			model: (_, { project, name }, { principal }) => model(deps, principal, project, name),
			models: async (_, args, { principal }) => {
				const page = pageOf(args);
				return connectionOf(await models(deps, principal, args.project, page), page, byName);
			},
			modelVersion: (_, { project, name, version, alias, at }, { principal }) =>
				modelVersion(deps, principal, project, name, {
					version: version ?? null,
					alias: alias ?? null,
					at: at ?? null,
				}),
		},
		Mutation: {
			registerModelVersion: (_, { input }, { principal }) =>
				catchUserErrors(
					async () => ({
						modelVersion: await registerModelVersion(deps, principal, {
							project: input.project ?? "default",
							model: input.model,
							featureService: input.featureService ?? null,
							featureServiceVersion: input.featureServiceVersion ?? null,
							trainingSet: trainingSetKey(input.trainingSet),
							artifactUri: input.artifactUri ?? null,
							description: input.description ?? null,
							tags: input.tags ?? null,
							idempotencyKey: input.idempotencyKey ?? null,
						}),
						userErrors: [],
					}),
					(userErrors) => ({ modelVersion: null, userErrors }),
				),
		},
		Model: {
			__resolveReference: ({ id }, { principal }) => {
				const key = decodeNodeKey("Model", id);
				return key === null ? null : modelById(deps, principal, key);
			},
			id: ({ id }) => encodeNodeId("Model", id),
			versions: async (parent, args) => {
				const page = pageOf(args);
				return connectionOf(await versionsOfModel(deps, parent, page), page, byNumber);
			},
		},
		ModelVersion: {
			__resolveReference: ({ id }, { principal }) => {
				const key = decodeNodeKey("ModelVersion", id);
				return key === null ? null : modelVersionById(deps, principal, key);
			},
			id: ({ id }) => encodeNodeId("ModelVersion", id),
			aliases: (parent) => aliasesOf(deps, parent),
			featureService: ({ serviceVersionId }) =>
				serviceVersionId === null ? null : { id: encodeNodeId("FeatureService", serviceVersionId) },
			trainingSet: ({ trainingSetId }) =>
				trainingSetId === null ? null : { id: encodeNodeId("TrainingSet", trainingSetId) },
		},
		Feature: {
			modelVersions: async ({ id }, args, { principal }) => {
				const key = decodeNodeKey("Feature", id ?? "");
				const feature = key === null ? null : decodeFeatureKey(key);
				const view = feature === null ? null : await deps.registry.versionById(feature.viewVersionId);
				if (feature === null || view === null) return null;
				const page = pageOf(args);
				const read = await versionsOfFeature(
					deps,
					principal,
					view.project,
					feature.viewVersionId,
					feature.feature,
					page,
				);
				return connectionOf(read, page, byId);
			},
		},
		FeatureService: {
			modelVersions: async ({ id }, args, { principal }) => {
				const versionId = versionIdOf(decodeNodeKey("FeatureService", id ?? "") ?? "");
				const service = versionId === null ? null : await deps.registry.versionById(versionId);
				if (versionId === null || service === null) return null;
				const page = pageOf(args);
				return connectionOf(await versionsOfService(deps, principal, service.project, versionId, page), page, byId);
			},
		},
	};
}

/** An id that is none of ours goes on as it is, so that the use case names it. */
function trainingSetKey(id: string | null | undefined): string | null {
	return id === null || id === undefined ? null : (decodeNodeKey("TrainingSet", id) ?? id);
}
