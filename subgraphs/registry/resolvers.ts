import type { DefinitionError } from "../../core/definitions/definition-error.ts";
import { catchUserErrors } from "../../core/errors/catch-user-errors.ts";
import type { Resolvers } from "../../schema/generated/registry.ts";
import { dateTimeScalar } from "../../schema/scalars/date-time.ts";
import { int64Scalar } from "../../schema/scalars/int64.ts";
import { jsonScalar } from "../../schema/scalars/json.ts";
import type { DefinitionsInput, Registry } from "../../services/registry/registry.ts";
import { definitionTypes } from "./definition-types.ts";
import { featureServiceType } from "./feature-service-type.ts";
import { featureType, featureViewType } from "./feature-view-type.ts";
import { nodeType } from "./node.ts";
import { definitionQueries } from "./queries.ts";

/** Definitions: what there is, how it changes, and the way to every node of the graph. */
export function registryResolvers(registry: Registry): Resolvers {
	return {
		DateTime: dateTimeScalar,
		Int64: int64Scalar,
		JSON: jsonScalar,
		...definitionTypes(registry),
		FeatureView: featureViewType(registry),
		Feature: featureType(registry),
		FeatureService: featureServiceType(registry),
		Node: nodeType,
		SearchResult: { __resolveType: ({ kind }) => kind },
		Query: {
			...definitionQueries(registry),
			plan: (_, { input }, { principal }) =>
				catchUserErrors(
					async () => ({ plan: await registry.plan(principal, definitionsOf(input)), userErrors: [] }),
					(userErrors: readonly DefinitionError[]) => ({ plan: null, userErrors }),
				),
		},
		Mutation: {
			apply: (_, { input }, { principal, headers }) =>
				catchUserErrors(
					async () => {
						const breakDocuments = headers?.[forceHeader] === "GRAPH_BREAKS_DOCUMENTS";
						return {
							...(await registry.apply(principal, { ...definitionsOf(input), breakDocuments })),
							userErrors: [],
						};
					},
					(userErrors: readonly DefinitionError[]) => ({ plan: null, registryVersion: null, userErrors }),
				),
		},
	};
}

/** Names the code of a refusal that the caller overrides. A header: what may be forced is no part of the contract. */
const forceHeader = "featuregraph-force";

function definitionsOf(input: {
	readonly project?: string | null | undefined;
	readonly files: DefinitionsInput["files"];
	readonly expectedVersion?: number | null | undefined;
	readonly planHash?: string | null | undefined;
	readonly allowDelete?: boolean;
}): DefinitionsInput {
	return {
		project: input.project ?? null,
		files: input.files,
		expectedVersion: input.expectedVersion ?? null,
		planHash: input.planHash ?? null,
		allowDelete: input.allowDelete ?? false,
		breakDocuments: false,
	};
}
