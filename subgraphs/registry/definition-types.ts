import { isAllowed } from "../../core/access/require-permission.ts";
import type { Principal } from "../../core/ports/principal.ts";
import { decodeNodeKey, decodeOwnerKey, encodeNodeId } from "../../core/registry/node-id.ts";
import type { RegistryObject, RegistryObjectKind } from "../../core/registry/registry-object.ts";
import type { Resolvers } from "../../schema/generated/registry.ts";
import type { Registry } from "../../services/registry/registry.ts";
import { ownerNode } from "./owner.ts";

/** A registry object by id, when it is of this kind; null otherwise. */
export async function objectById<K extends RegistryObjectKind>(
	registry: Registry,
	principal: Principal,
	kind: K,
	id: string,
): Promise<Extract<RegistryObject, { kind: K }> | null> {
	const found = await registry.findById(principal, id);
	return found !== null && isOfKind(found, kind) ? found : null;
}

const isOfKind = <K extends RegistryObjectKind>(
	object: RegistryObject,
	kind: K,
): object is Extract<RegistryObject, { kind: K }> => object.kind === kind;

/** Projects, owners, entities and data sources. */
export function definitionTypes(
	registry: Registry,
): Pick<Resolvers, "Project" | "Owner" | "Entity" | "JoinKey" | "DataSource"> {
	return {
		Project: {
			__resolveReference: async ({ id }, { principal }) => {
				const name = decodeNodeKey("Project", id);
				const known = name !== null && isAllowed(principal, "READ", name) && (await registry.projects()).includes(name);
				return known ? registry.snapshot(name) : null;
			},
			id: ({ project }) => encodeNodeId("Project", project),
			name: ({ project }) => project,
		},
		Owner: {
			__resolveReference: ({ id }) => ownerNode(decodeOwnerKey(decodeNodeKey("Owner", id ?? "") ?? "")),
		},
		Entity: {
			__resolveReference: ({ id }, { principal }) => objectById(registry, principal, "Entity", id),
			id: ({ version }) => encodeNodeId("Entity", version.id),
			name: ({ version }) => version.definition.name,
			joinKeys: ({ version }) => version.definition.joinKeys.map(({ name, type }) => ({ name, type: type.scalar })),
			description: ({ version }) => version.definition.description,
			owner: ({ version }) => ownerNode(version.definition.owner),
			tags: ({ version }) => version.definition.tags,
		},
		DataSource: {
			__resolveReference: ({ id }, { principal }) => objectById(registry, principal, "DataSource", id),
			id: ({ version }) => encodeNodeId("DataSource", version.id),
			name: ({ version }) => version.definition.name,
			kind: ({ version }) => version.definition.origin.kind,
			eventTimeColumn: ({ version }) => version.definition.eventTime,
			createdTimeColumn: ({ version }) => version.definition.createdTime,
			availableTimeColumn: ({ version: { definition } }) =>
				definition.availableTime?.kind === "column" ? definition.availableTime.column : null,
		},
	};
}
