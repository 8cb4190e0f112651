import { and, eq, inArray, isNotNull, isNull, lt, lte, notInArray, or, sql } from "drizzle-orm";
import type { LockedProject } from "../../../core/ports/registry-store.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { Queryable } from "../database.ts";
import { definitions, definitionVersions, projects, unpinnedVersions } from "../tables/registry.ts";
import { watermarks } from "../tables/runs.ts";

/** `LockedProject.unpin`. The project's row must be locked: what an apply pins meanwhile waits for it. */
export async function unpin(
	transaction: Queryable,
	projectId: number,
	versions: readonly number[],
	{ at, before }: { readonly at: Micros; readonly before: Micros },
): ReturnType<LockedProject["unpin"]> {
	const { viewVersionId, since, clearedAt } = unpinnedVersions;
	const ofProject = transaction
		.select({ id: definitionVersions.id })
		.from(definitionVersions)
		.innerJoin(definitions, eq(definitions.id, definitionVersions.definitionId))
		.where(eq(definitions.projectId, projectId));
	const isPinned = versions.length === 0 ? undefined : notInArray(viewVersionId, [...versions]);
	await transaction
		.update(unpinnedVersions)
		.set({ since: null })
		.where(and(inArray(viewVersionId, ofProject), isNotNull(since), isPinned));
	if (versions.length === 0) return { dropped: [], revision: null };
	await transaction
		.insert(unpinnedVersions)
		.values(versions.map((id) => ({ viewVersionId: id, since: at })))
		.onConflictDoUpdate({ target: viewVersionId, set: { since: sql`excluded.since` }, setWhere: isNull(since) });
	const dropped = await transaction
		.update(unpinnedVersions)
		.set({ droppedAt: at })
		.where(and(inArray(viewVersionId, [...versions]), lte(since, before), or(isNull(clearedAt), lt(clearedAt, since))))
		.returning({ id: viewVersionId });
	const ids = dropped.map(({ id }) => id);
	if (ids.length === 0) return { dropped: [], revision: null };
	// Should it be pinned again, it is written as a whole.
	await transaction.delete(watermarks).where(inArray(watermarks.viewVersionId, ids));
	const [project] = await transaction
		.update(projects)
		.set({ revision: sql`${projects.revision} + 1` })
		.where(eq(projects.id, projectId))
		.returning({ revision: projects.revision });
	return { dropped: ids, revision: project?.revision ?? null };
}
