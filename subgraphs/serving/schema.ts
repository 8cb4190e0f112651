import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";
import type { Resolvers } from "../../schema/generated/serving.ts";
import { dateTimeScalar } from "../../schema/scalars/date-time.ts";
import { entityRowScalar } from "../../schema/scalars/entity-row.ts";
import { featureRefScalar } from "../../schema/scalars/feature-ref.ts";
import { featureValueScalar } from "../../schema/scalars/feature-value.ts";
import { int64Scalar } from "../../schema/scalars/int64.ts";
import { jsonScalar } from "../../schema/scalars/json.ts";
import { servingSdl } from "../../schema/subgraph-sdl.ts";
import type { ServingSubgraphDeps } from "./deps.ts";
import { entityFaceOf, type FaceProject } from "./entity-face/face.ts";
import { entityFaceResolvers } from "./entity-face/face-resolvers.ts";
import { entityFaceSdl } from "./entity-face/face-sdl.ts";
import { servingMutations } from "./resolvers/mutations.ts";
import { servingQueries } from "./resolvers/queries.ts";
import { servingSubscriptions } from "./resolvers/subscriptions.ts";
import { featureColumnType, materializationRunType, trainingSetType } from "./resolvers/types.ts";

/** The SDL of the serving subgraph with the typed face of these projects. */
export const servingSdlOf = (projects: readonly FaceProject[]): string =>
	servingSdl(entityFaceSdl(entityFaceOf(projects)));

/** The serving subgraph with the typed face of these projects, as of their snapshots. */
export function servingSchema(
	deps: ServingSubgraphDeps,
	projects: readonly FaceProject[],
): { readonly schema: GraphQLSchema; readonly sdl: string } {
	const face = entityFaceOf(projects);
	const sdl = servingSdl(entityFaceSdl(face));
	const faceResolvers = entityFaceResolvers(face, deps);
	const resolvers: Resolvers = {
		DateTime: dateTimeScalar,
		EntityRow: entityRowScalar,
		FeatureRef: featureRefScalar,
		FeatureValue: featureValueScalar,
		Int64: int64Scalar,
		JSON: jsonScalar,
		Query: {
			...servingQueries(deps),
			entities: () => ({ meta_: { registryVersion: projects[0]?.snapshot.registryVersion ?? 0 } }),
		},
		Mutation: servingMutations(deps),
		Subscription: servingSubscriptions(deps),
		FeatureColumn: featureColumnType,
		TrainingSet: trainingSetType(deps),
		MaterializationRun: materializationRunType(deps),
	};
	const schema = buildSubgraphSchema([{ typeDefs: parse(sdl), resolvers: { ...resolvers, ...faceResolvers } }]);
	return { schema, sdl };
}
