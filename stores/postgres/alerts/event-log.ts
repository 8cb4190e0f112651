/** Reading the log of alert events by sequence, and forgetting its old part. */
import { and, asc, eq, gt, inArray, lt, max, min, sql } from "drizzle-orm";
import type { AlertFilter, StoredAlertEvent } from "../../../core/ports/alert-store.ts";
import type { Micros } from "../../../core/values/value.ts";
import type { Queryable } from "../database.ts";
import { alertEvents } from "../tables/monitoring.ts";
import { eventOf } from "./stored-alert.ts";

/** The next events of a project; `last` is how far was looked, which may be further than the last one that passed. */
export async function eventsAfter(
	database: Queryable,
	{ projectId, kinds, states }: AlertFilter,
	after: bigint,
	limit: number,
): Promise<{ events: StoredAlertEvent[]; last: bigint }> {
	const rows = await database
		.select()
		.from(alertEvents)
		.where(and(eq(alertEvents.projectId, projectId), gt(alertEvents.sequence, after)))
		.orderBy(asc(alertEvents.sequence))
		.limit(limit);
	const events = rows
		.map(eventOf)
		.filter(({ to, alert }) => (kinds?.includes(alert.kind) ?? true) && (states?.includes(to) ?? true));
	return { events, last: rows.at(-1)?.sequence ?? after };
}

export async function lastSequence(database: Queryable, projectId: number): Promise<bigint> {
	const [row] = await database
		.select({ last: max(alertEvents.sequence) })
		.from(alertEvents)
		.where(eq(alertEvents.projectId, projectId));
	return row?.last ?? 0n;
}

/**
 * A cursor is the sequence of an event that was sent. While that event is kept, all behind it are: old ones go first.
 * One that is gone lies before the first that is kept; anything else was never sent.
 */
export async function cursorState(
	database: Queryable,
	projectId: number,
	sequence: bigint,
): Promise<"valid" | "expired" | "unknown"> {
	const [kept] = await database
		.select({ sequence: alertEvents.sequence })
		.from(alertEvents)
		.where(and(eq(alertEvents.projectId, projectId), eq(alertEvents.sequence, sequence)));
	if (kept !== undefined) return "valid";
	const [row] = await database
		.select({ first: min(alertEvents.sequence) })
		.from(alertEvents)
		.where(eq(alertEvents.projectId, projectId));
	return row?.first != null && sequence < row.first ? "expired" : "unknown";
}

/** The last event of a project is kept whatever its age, so that a reader who saw it misses nothing. */
export async function expireEvents(database: Queryable, before: Micros, limit: number): Promise<number> {
	const old = database
		.select({ sequence: alertEvents.sequence })
		.from(alertEvents)
		.where(
			and(
				lt(alertEvents.at, before),
				sql`${alertEvents.sequence} < (SELECT max(sequence) FROM ${alertEvents} AS newest WHERE newest.project_id = ${alertEvents.projectId})`,
			),
		)
		.orderBy(asc(alertEvents.sequence))
		.limit(limit);
	const gone = await database
		.delete(alertEvents)
		.where(inArray(alertEvents.sequence, old))
		.returning({ sequence: alertEvents.sequence });
	return gone.length;
}
