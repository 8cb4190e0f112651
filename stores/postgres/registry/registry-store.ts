import { and, asc, eq, isNotNull, isNull, sql } from "drizzle-orm";
import type { RegistryStore } from "../../../core/ports/registry-store.ts";
import type { Database, Queryable } from "../database.ts";
import { definitions, definitionVersions, projects, unpinnedVersions } from "../tables/registry.ts";
import { loadProject } from "./load-project.ts";
import { unpin } from "./unpin.ts";
import { writeChange } from "./write-change.ts";

/** Definitions in PostgreSQL. */
export function postgresRegistryStore({ drizzle, transaction }: Database): RegistryStore {
	return {
		async projects() {
			const rows = await drizzle.select({ name: projects.name }).from(projects).orderBy(asc(projects.name));
			return rows.map(({ name }) => name);
		},

		ensureProject: (name) => ensureProject(drizzle, name),

		load: (name) =>
			drizzle.transaction((snapshot) => loadProject(snapshot, name, { lock: false }), {
				isolationLevel: "repeatable read",
				accessMode: "read only",
			}),

		async revision(name) {
			const [row] = await drizzle.select({ revision: projects.revision }).from(projects).where(eq(projects.name, name));
			return row?.revision ?? null;
		},

		async projectOfVersion(versionId) {
			const [row] = await drizzle
				.select({ name: projects.name })
				.from(definitionVersions)
				.innerJoin(definitions, eq(definitions.id, definitionVersions.definitionId))
				.innerJoin(projects, eq(projects.id, definitions.projectId))
				.where(eq(definitionVersions.id, versionId));
			return row?.name ?? null;
		},

		markOnline: (versionId, at) =>
			transaction(async (work) => {
				const [marked] = await work
					.update(definitionVersions)
					.set({ onlineSince: at })
					.where(and(eq(definitionVersions.id, versionId), isNull(definitionVersions.onlineSince)))
					.returning({ id: definitionVersions.id });
				const [back] = await work
					.update(unpinnedVersions)
					.set({ droppedAt: null })
					.where(and(eq(unpinnedVersions.viewVersionId, versionId), isNotNull(unpinnedVersions.droppedAt)))
					.returning({ id: unpinnedVersions.viewVersionId });
				if (marked === undefined && back === undefined) return null;
				const [project] = await work
					.update(projects)
					.set({ revision: sql`${projects.revision} + 1` })
					.from(definitions)
					.innerJoin(definitionVersions, eq(definitionVersions.definitionId, definitions.id))
					.where(and(eq(definitionVersions.id, versionId), eq(projects.id, definitions.projectId)))
					.returning({ projectId: projects.id, project: projects.name, revision: projects.revision });
				return project ?? null;
			}),

		async unpinned() {
			const rows = await drizzle.select().from(unpinnedVersions);
			return new Map(rows.map(({ viewVersionId, since, clearedAt }) => [viewVersionId, { since, clearedAt }]));
		},

		async cleared(versionId, at) {
			await drizzle
				.update(unpinnedVersions)
				.set({ clearedAt: at })
				.where(eq(unpinnedVersions.viewVersionId, versionId));
		},

		change: (name, work) =>
			transaction(async (queryable) => {
				await ensureProject(queryable, name);
				const project = await loadProject(queryable, name, { lock: true });
				if (project === null) throw new Error(`The project "${name}" went away.`);
				return work({
					project,
					reserveIds: async (count) => ({
						definitions: await reserveIds(queryable, "definitions", count.definitions),
						versions: await reserveIds(queryable, "definition_versions", count.versions),
					}),
					write: (change) => writeChange(queryable, project.id, change),
					unpin: (versions, at, before) => unpin(queryable, project.id, versions, { at, before }),
				});
			}),
	};
}

async function ensureProject(queryable: Queryable, name: string): Promise<void> {
	await queryable.insert(projects).values({ name }).onConflictDoNothing({ target: projects.name });
}

async function reserveIds(
	queryable: Queryable,
	table: "definitions" | "definition_versions",
	count: number,
): Promise<number[]> {
	if (count === 0) return [];
	const { rows } = await queryable.execute<{ id: number }>(
		sql`SELECT nextval(pg_get_serial_sequence(${`featuregraph.${table}`}, 'id'))::integer AS id FROM generate_series(1, ${count}::integer)`,
	);
	return rows.map(({ id }) => id);
}
