import { isAllowed, requirePermission } from "../../core/access/require-permission.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { pageOf, pageOfList } from "../../core/paging/connection.ts";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import { decodeNodeId } from "../../core/registry/node-id.ts";
import type { RegistryObjectKind } from "../../core/registry/registry-object.ts";
import type { RegistrySnapshot, Versions } from "../../core/registry/snapshot.ts";
import type { DefinitionKind, QueryResolvers } from "../../schema/generated/registry.ts";
import type { Registry } from "../../services/registry/registry.ts";

const objectKinds: Readonly<Record<DefinitionKind, RegistryObjectKind>> = {
	ENTITY: "Entity",
	DATA_SOURCE: "DataSource",
	FEATURE_VIEW: "FeatureView",
	FEATURE: "Feature",
	FEATURE_SERVICE: "FeatureService",
};

/** Look-ups by name and id. What is not there is null, without an error; so is a project that does not exist. */
export function definitionQueries(registry: Registry): Omit<QueryResolvers, "plan"> {
	const read = async (project: string, { principal }: OperationContext): Promise<RegistrySnapshot | null> => {
		requirePermission(principal, "READ", project);
		try {
			return await registry.snapshot(project);
		} catch (error) {
			if (error instanceof FeaturegraphError && error.code === "UNKNOWN_PROJECT") return null;
			throw error;
		}
	};

	return {
		node: (_, { id }, context) => nodeById(registry, id, context),
		project: (_, { name }, context) => read(name, context),
		entity: async (_, { project, name }, context) => {
			const version = (await read(project, context))?.entities.get(name)?.current ?? null;
			return version === null ? null : { kind: "Entity", project, version };
		},
		dataSource: async (_, { project, name }, context) => {
			const version = (await read(project, context))?.sources.get(name)?.current ?? null;
			return version === null ? null : { kind: "DataSource", project, version };
		},
		featureView: async (_, { project, name, version: number }, context) => {
			const version = versionOf((await read(project, context))?.views.get(name), number);
			return version === null ? null : { kind: "FeatureView", project, version };
		},
		featureService: async (_, { project, name, version: number }, context) => {
			const version = versionOf((await read(project, context))?.services.get(name), number);
			return version === null ? null : { kind: "FeatureService", project, version };
		},
		featureViews: async (_, { project, ...args }, context) => {
			const snapshot = await read(project, context);
			const current = [...(snapshot?.views.values() ?? [])].flatMap((versions) => versions.current ?? []);
			current.sort((a, b) => (a.definition.name < b.definition.name ? -1 : 1));
			const nodes = current.map((version) => ({ kind: "FeatureView" as const, project, version }));
			return pageOfList(nodes, pageOf(args), ({ version }) => version.definition.name);
		},
		search: (_, { project, text, kinds, tags, owner, first, after }, { principal }) =>
			registry.search(principal, {
				project: project ?? null,
				text: text ?? null,
				kinds: kinds?.map((kind) => objectKinds[kind]) ?? null,
				tags: tags ?? null,
				owner: owner ?? null,
				first,
				after: after ?? null,
			}),
	};
}

/** Without a number the current version; null where there is none. */
function versionOf<T extends { readonly version: number }>(
	versions: Versions<T> | undefined,
	number: number | null | undefined,
): T | null {
	if (versions === undefined) return null;
	if (number === null || number === undefined) return versions.current;
	return versions.all.find(({ version }) => version === number) ?? null;
}

async function nodeById(registry: Registry, id: string, { principal }: OperationContext) {
	const node = decodeNodeId(id);
	switch (node?.kind) {
		case undefined:
		case "Owner":
			return null;
		case "Project":
			return isAllowed(principal, "READ", node.key) && (await registry.projects()).includes(node.key)
				? registry.snapshot(node.key)
				: null;
		case "Entity":
		case "DataSource":
		case "FeatureView":
		case "Feature":
		case "FeatureService":
			return registry.findById(principal, id);
		default:
			return { id };
	}
}
