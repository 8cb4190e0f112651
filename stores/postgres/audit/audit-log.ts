import { desc, eq } from "drizzle-orm";
import type { AuditEntry, AuditLog } from "../../../core/ports/audit-log.ts";
import type { Database, Queryable } from "../database.ts";
import { auditLog } from "../tables/audit-log.ts";

export function postgresAuditLog({ drizzle }: Database): AuditLog {
	return {
		append: (entry) => appendAuditEntry(drizzle, entry),
		async recent(project, limit) {
			const rows = await drizzle
				.select()
				.from(auditLog)
				.where(eq(auditLog.project, project))
				.orderBy(desc(auditLog.id))
				.limit(limit);
			return rows.map(({ at, principal, action, subject, details }) => ({
				at,
				actor: principal,
				action,
				project,
				subject,
				details: details as Readonly<Record<string, unknown>>,
			}));
		},
	};
}

/** In the transaction of what it speaks of, so that neither is there without the other. */
export async function appendAuditEntry(queryable: Queryable, { actor, ...entry }: AuditEntry): Promise<void> {
	await queryable.insert(auditLog).values({ ...entry, principal: actor });
}
