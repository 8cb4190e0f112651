import { pageOf, pageOfList } from "../../core/paging/connection.ts";
import { encodeNodeId } from "../../core/registry/node-id.ts";
import type { FeatureObject } from "../../core/registry/registry-object.ts";
import type { ServiceFeature } from "../../core/registry/snapshot.ts";
import type { FeatureServiceResolvers } from "../../schema/generated/registry.ts";
import type { Registry } from "../../services/registry/registry.ts";
import { objectById } from "./definition-types.ts";
import { ownerNode } from "./owner.ts";

export function featureServiceType(registry: Registry): FeatureServiceResolvers {
	return {
		__resolveReference: ({ id }, { principal }) => objectById(registry, principal, "FeatureService", id),
		id: ({ version }) => encodeNodeId("FeatureService", version.id),
		name: ({ version }) => version.definition.name,
		version: ({ version }) => version.version,
		schemaHash: ({ version }) => version.schemaHash,
		features: ({ project, version }, args) => {
			// A feature read twice under two aliases is two entries: the cursor is its place.
			const entries = version.features.flatMap((read, index) => {
				const feature = featureOf(project, read);
				return feature === null ? [] : [{ key: String(index), feature }];
			});
			const page = pageOfList(entries, pageOf(args), ({ key }) => key);
			return {
				pageInfo: page.pageInfo,
				edges: page.edges.map(({ cursor, node }) => ({ cursor, node: node.feature })),
			};
		},
		description: ({ version }) => version.definition.description,
		owner: ({ version }) => ownerNode(version.definition.owner),
		tags: ({ version }) => version.definition.tags,
	};
}

function featureOf(project: string, { viewVersion, feature: name }: ServiceFeature): FeatureObject | null {
	const feature = viewVersion.definition.features.find((candidate) => candidate.name === name);
	return feature === undefined ? null : { kind: "Feature", project, version: viewVersion, feature };
}
