import type { DefinitionError } from "../../core/definitions/definition-error.ts";
import { catchUserErrors } from "../../core/errors/catch-user-errors.ts";
import { forceHeader } from "../../core/federation/force-header.ts";
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
						// A header: the contract says what an apply is, not what may be forced.
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
