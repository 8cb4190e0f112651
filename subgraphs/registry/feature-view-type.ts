import { isAllowed } from "../../core/access/require-permission.ts";
import { pageOf, pageOfList } from "../../core/paging/connection.ts";
import { encodeFeatureId, encodeNodeId } from "../../core/registry/node-id.ts";
import type { FeatureObject } from "../../core/registry/registry-object.ts";
import type { FeatureResolvers, FeatureViewResolvers } from "../../schema/generated/registry.ts";
import type { Registry } from "../../services/registry/registry.ts";
import { objectById } from "./definition-types.ts";
import { ownerNode } from "./owner.ts";

export function featureViewType(registry: Registry): FeatureViewResolvers {
	return {
		__resolveReference: async (reference, { principal }) => {
			if ("id" in reference) return objectById(registry, principal, "FeatureView", reference.id);
			const { project, name, version: number } = reference;
			if (!isAllowed(principal, "READ", project)) return null;
			const versions = (await registry.snapshot(project)).views.get(name);
			const version = versions?.all.find((candidate) => candidate.version === number);
			return version === undefined ? null : { kind: "FeatureView", project, version };
		},
		id: ({ version }) => encodeNodeId("FeatureView", version.id),
		name: ({ version }) => version.definition.name,
		version: ({ version }) => version.version,
		kind: ({ version }) => version.kind,
		definitionHash: ({ version }) => version.hash,
		isCurrent: ({ version }) => version.isCurrent,
		onlineVersion: async ({ project, version }) => {
			const versions = (await registry.snapshot(project)).views.get(version.definition.name);
			return versions?.online?.version ?? null;
		},
		entities: ({ project, version }) =>
			version.entities.map((entity) => ({ kind: "Entity" as const, project, version: entity })),
		source: ({ project, version }) =>
			version.kind === "BATCH" ? { kind: "DataSource", project, version: version.source } : null,
		ttlSeconds: ({ version }) => (version.kind === "BATCH" ? version.definition.ttlSeconds : null),
		freshnessSlaSeconds: ({ version }) => (version.kind === "BATCH" ? version.definition.freshnessSlaSeconds : null),
		features: ({ project, version }, args) => {
			const features = version.definition.features.map(
				(feature): FeatureObject => ({ kind: "Feature", project, version, feature }),
			);
			return pageOfList(features, pageOf(args), ({ feature }) => feature.name);
		},
		description: ({ version }) => version.definition.description,
		owner: ({ version }) => ownerNode(version.definition.owner),
		tags: ({ version }) => version.definition.tags,
		createdAt: ({ version }) => version.createdAt,
		createdBy: ({ version }) => version.createdBy,
	};
}

export function featureType(registry: Registry): FeatureResolvers {
	return {
		__resolveReference: ({ id }, { principal }) => objectById(registry, principal, "Feature", id),
		id: ({ version, feature }) => encodeFeatureId(version.id, feature.name),
		name: ({ feature }) => feature.name,
		type: ({ feature }) => feature.type.scalar,
		isArray: ({ feature }) => feature.type.isArray,
		description: ({ feature }) => feature.description,
		tags: ({ feature }) => feature.tags,
		classification: ({ feature }) => feature.classification,
		view: ({ project, version }) => ({ kind: "FeatureView", project, version }),
	};
}
