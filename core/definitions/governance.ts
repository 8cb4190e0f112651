/**
 * A definition in two parts: what decides values, which a version freezes, and the rest, which belongs to the object
 * and changes without a new version.
 */
import type { Definition, FeatureDefinition, GraphqlNames, Owner } from "./model.ts";

type FeatureGovernance = Pick<FeatureDefinition, "description" | "tags" | "classification" | "graphql">;

/** What makes no new version. Only what the kind of definition has is there. */
export interface StoredGovernance {
	readonly description: string | null;
	readonly owner: Owner | null;
	readonly tags: readonly string[];
	readonly graphql?: GraphqlNames;
	readonly freshnessSlaSeconds?: number | null;
	readonly online?: boolean;
	readonly offline?: boolean;
	readonly schedule?: string | null;
	readonly features?: Readonly<Record<string, FeatureGovernance>>;
}

export function governanceOf(definition: Definition): StoredGovernance {
	const { description, owner, tags } = definition;
	const common = { description, owner, tags };
	if (definition.kind === "entity") return { ...common, graphql: definition.graphql };
	if (definition.kind !== "view") return common;
	const features = Object.fromEntries(
		definition.features.map((feature) => [
			feature.name,
			{
				description: feature.description,
				tags: feature.tags,
				classification: feature.classification,
				graphql: feature.graphql,
			},
		]),
	);
	const view = { ...common, graphql: definition.graphql, features };
	if (definition.viewKind === "ON_DEMAND") return view;
	const { freshnessSlaSeconds, online, offline, schedule } = definition;
	return { ...view, freshnessSlaSeconds, online, offline, schedule };
}

/**
 * A frozen definition under the governance of now. What an old version has and the object has no longer (a feature, the
 * schedule of a view that is on demand today) stays as it was.
 */
export function withGovernance<D extends Definition>(definition: D, { features, ...own }: StoredGovernance): D {
	const known = Object.fromEntries(Object.entries(own).filter(([field]) => Object.hasOwn(definition, field)));
	if (definition.kind !== "view") return { ...definition, ...known };
	const governed = definition.features.map((feature) => ({ ...feature, ...features?.[feature.name] }));
	return { ...definition, ...known, features: governed };
}
