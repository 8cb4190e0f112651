import { eq, sql } from "drizzle-orm";
import type { RegistryChange, StoredDefinition } from "../../../core/ports/registry-store.ts";
import type { Micros } from "../../../core/values/value.ts";
import { appendAuditEntry } from "../audit/audit-log.ts";
import type { Queryable } from "../database.ts";
import { definitions, definitionVersions, projects, registryVersions } from "../tables/registry.ts";

/** Rows per statement: PostgreSQL takes at most 65,535 parameters. */
const batchSize = 1000;

/** Writes one apply; the revision that it leaves. The project's row must be locked. */
export async function writeChange(transaction: Queryable, projectId: number, change: RegistryChange): Promise<bigint> {
	const { created, updated, versions, at, by } = change;
	// Objects and versions refer to each other: an object learns its current version last.
	await inBatches(created, (rows) =>
		transaction
			.insert(definitions)
			.overridingSystemValue()
			.values(rows.map((row) => ({ ...row, projectId, currentVersionId: null, createdAt: at }))),
	);
	await inBatches(versions, (rows) =>
		transaction
			.insert(definitionVersions)
			.overridingSystemValue()
			.values(rows.map((row) => ({ ...row }))),
	);
	await inBatches([...created, ...updated], (rows) => setCurrent(transaction, rows, at));
	await transaction.insert(registryVersions).values({
		projectId,
		version: change.registryVersion,
		planHash: change.planHash,
		files: change.files,
		createdAt: at,
		createdBy: by,
	});
	await appendAuditEntry(transaction, change.audit);
	const [project] = await transaction
		.update(projects)
		.set({ registryVersion: change.registryVersion, revision: sql`${projects.revision} + 1` })
		.where(eq(projects.id, projectId))
		.returning({ revision: projects.revision });
	if (project === undefined) throw new Error("The project went away under its lock.");
	return project.revision;
}

async function inBatches<T>(rows: readonly T[], write: (batch: readonly T[]) => PromiseLike<unknown>): Promise<void> {
	for (let start = 0; start < rows.length; start += batchSize) await write(rows.slice(start, start + batchSize));
}

async function setCurrent(transaction: Queryable, rows: readonly StoredDefinition[], at: Micros): Promise<void> {
	const incoming = JSON.stringify(
		rows.map(({ id, currentVersionId, governance }) => ({ id, current: currentVersionId, governance })),
	);
	await transaction
		.update(definitions)
		.set({
			currentVersionId: sql`incoming.current`,
			governance: sql`incoming.governance`,
			deletedAt: sql`CASE WHEN incoming.current IS NULL THEN ${sql.param(at, definitions.deletedAt)}::timestamptz END`,
		})
		.from(sql`jsonb_to_recordset(${incoming}::jsonb) AS incoming(id integer, current integer, governance jsonb)`)
		.where(sql`${definitions.id} = incoming.id`);
}
