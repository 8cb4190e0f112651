import { sql } from "drizzle-orm";
import type { Database } from "../../stores/postgres/database.ts";

/** Rows that others refer to: a project, and in it view versions that nothing but their ids matter of. */
export async function storeViews(
	{ drizzle }: Database,
	project: string,
	views: readonly string[],
): Promise<{ readonly projectId: number; readonly versionIds: readonly number[] }> {
	const { rows: projects } = await drizzle.execute<{ id: number }>(
		sql`INSERT INTO featuregraph.projects (name) VALUES (${project}) RETURNING id`,
	);
	const projectId = projects[0]?.id as number;
	const versionIds: number[] = [];
	for (const view of views) {
		const { rows } = await drizzle.execute<{ id: number }>(sql`
			WITH definition AS (
				INSERT INTO featuregraph.definitions (project_id, kind, name, governance, created_at)
				VALUES (${projectId}, 'view', ${view}, '{}', now()) RETURNING id
			)
			INSERT INTO featuregraph.definition_versions (definition_id, version, hash, body, created_at)
			SELECT id, 1, 'hash', '{}', now() FROM definition RETURNING id`);
		versionIds.push(rows[0]?.id as number);
	}
	return { projectId, versionIds };
}
