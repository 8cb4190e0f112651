import { and, eq, inArray, isNotNull } from "drizzle-orm";
import type { StoredGovernance } from "../../../core/definitions/governance.ts";
import type { DefinitionKind } from "../../../core/definitions/model.ts";
import type { StoredProject, VersionBody } from "../../../core/ports/registry-store.ts";
import type { Queryable } from "../database.ts";
import { definitions, definitionVersions, projects, unpinnedVersions } from "../tables/registry.ts";

/** All of a project. Must run where its reads see one moment. */
export async function loadProject(
	queryable: Queryable,
	name: string,
	{ lock }: { readonly lock: boolean },
): Promise<StoredProject | null> {
	const query = queryable.select().from(projects).where(eq(projects.name, name));
	const [project] = lock ? await query.for("update") : await query;
	if (project === undefined) return null;
	const objects = queryable.select().from(definitions).where(eq(definitions.projectId, project.id));
	const ids = queryable.select({ id: definitions.id }).from(definitions).where(eq(definitions.projectId, project.id));
	const rows = await objects;
	const versions = await queryable
		.select()
		.from(definitionVersions)
		.where(inArray(definitionVersions.definitionId, ids));
	const dropped = await queryable
		.select({ id: unpinnedVersions.viewVersionId })
		.from(unpinnedVersions)
		.innerJoin(definitionVersions, eq(definitionVersions.id, unpinnedVersions.viewVersionId))
		.where(and(inArray(definitionVersions.definitionId, ids), isNotNull(unpinnedVersions.droppedAt)));
	const isDropped = new Set(dropped.map(({ id }) => id));
	return {
		id: project.id,
		name: project.name,
		description: project.description,
		registryVersion: project.registryVersion,
		revision: project.revision,
		definitions: rows.map(({ id, kind, name: object, currentVersionId, governance }) => ({
			id,
			kind: kind as DefinitionKind,
			name: object,
			currentVersionId,
			governance: governance as StoredGovernance,
		})),
		versions: versions.map(({ body, ...version }) => ({
			...version,
			body: body as VersionBody,
			...(isDropped.has(version.id) && { onlineSince: null, isDropped: true as const }),
		})),
	};
}
