import { randomUUID } from "node:crypto";
import { and, desc, eq, inArray, ne, type SQL, sql } from "drizzle-orm";
import { type AlertState, nextAlertState } from "../../../core/alerts/alert-state.ts";
import type { Alert, AlertObservation, AlertStore, StoredAlertEvent } from "../../../core/ports/alert-store.ts";
import type { Micros } from "../../../core/values/value.ts";
import { appendAuditEntry } from "../audit/audit-log.ts";
import type { Database, Queryable } from "../database.ts";
import { alertEvents, alerts } from "../tables/monitoring.ts";
import { projects } from "../tables/registry.ts";
import { isUuid } from "../uuid.ts";
import { cursorState, eventsAfter, expireEvents, lastSequence } from "./event-log.ts";
import { type AlertRow, alertJson, alertOf, eventOf } from "./stored-alert.ts";

/** An alert and its event are one transaction: what was stored is told, and what is told was stored. */
export function postgresAlertStore(database: Database): AlertStore {
	const { drizzle, transaction } = database;
	const select = (where: SQL | undefined) =>
		drizzle
			.select({ alert: alerts, project: projects.name })
			.from(alerts)
			.innerJoin(projects, eq(projects.id, alerts.projectId))
			.where(where);
	return {
		observe: (observation) =>
			transaction(async (tx) => {
				const { projectId, project, signal, at } = observation;
				await lockEvents(tx, projectId);
				const fingerprint = fingerprintOf(observation);
				const [row] = await tx
					.select()
					.from(alerts)
					.where(
						and(eq(alerts.projectId, projectId), eq(alerts.fingerprint, fingerprint), ne(alerts.state, "RESOLVED")),
					);
				const from = row === undefined ? null : (row.state as AlertState);
				const to = nextAlertState(from, signal);
				if (to === null) return null;
				const { severity, message, value, threshold } = observation;
				const seen = { state: to, severity, message, value, threshold, updatedAt: at };
				const resolvedAt = to === "RESOLVED" ? at : null;
				const [stored] =
					row === undefined
						? await tx
								.insert(alerts)
								.values({
									id: randomUUID(),
									projectId,
									kind: observation.kind,
									...observation.subject,
									fingerprint,
									startedAt: at,
									...seen,
								})
								.returning()
						: await tx
								.update(alerts)
								.set({ ...seen, resolvedAt })
								.where(eq(alerts.id, row.id))
								.returning();
				return append(tx, alertOf(stored as AlertRow, project), from, at);
			}),
		async open(projectId, kind) {
			const found = await select(
				and(eq(alerts.projectId, projectId), eq(alerts.kind, kind), ne(alerts.state, "RESOLVED")),
			);
			return found.map(({ alert, project }) => alertOf(alert, project));
		},
		acknowledge: async (id, by, note, at) => {
			if (!isUuid(id)) return null;
			return transaction(async (tx) => {
				const [known] = await tx
					.select({ projectId: alerts.projectId, project: projects.name })
					.from(alerts)
					.innerJoin(projects, eq(projects.id, alerts.projectId))
					.where(eq(alerts.id, id));
				if (known === undefined) return null;
				await lockEvents(tx, known.projectId);
				// Read under the lock: it may have resolved meanwhile.
				const [row] = await tx.select().from(alerts).where(eq(alerts.id, id));
				const before = row as AlertRow;
				const to = nextAlertState(before.state as AlertState, "acknowledge");
				if (to === null) return { alert: alertOf(before, known.project), event: null };
				const [stored] = await tx
					.update(alerts)
					.set({ state: to, acknowledgedBy: by, note, updatedAt: at })
					.where(eq(alerts.id, id))
					.returning();
				const alert = alertOf(stored as AlertRow, known.project);
				const { project } = known;
				await appendAuditEntry(tx, {
					at,
					actor: by,
					action: "alert.acknowledge",
					project,
					subject: id,
					details: { note },
				});
				return { alert, event: await append(tx, alert, before.state as AlertState, at) };
			});
		},
		async get(id) {
			if (!isUuid(id)) return null;
			const [found] = await select(eq(alerts.id, id));
			return found === undefined ? null : alertOf(found.alert, found.project);
		},
		async list({ projectId, kinds, states, subject }, { first, after }) {
			if (after !== null && !isUuid(after)) return { rows: [], hasNextPage: false };
			const behind = sql`(${alerts.startedAt}, ${alerts.id}) < (SELECT started_at, id FROM ${alerts} WHERE id = ${after})`;
			const found = await select(
				and(
					eq(alerts.projectId, projectId),
					kinds === null ? undefined : inArray(alerts.kind, [...kinds]),
					states === null ? undefined : inArray(alerts.state, [...states]),
					subject === null ? undefined : eq(alerts.view, subject.view),
					subject?.feature == null ? undefined : eq(alerts.feature, subject.feature),
					after === null ? undefined : behind,
				),
			)
				.orderBy(desc(alerts.startedAt), desc(alerts.id))
				.limit(first + 1);
			const rows = found.slice(0, first).map(({ alert, project }) => alertOf(alert, project));
			return { rows, hasNextPage: found.length > first };
		},
		events: (filter, after, limit) => eventsAfter(drizzle, filter, after, limit),
		lastSequence: (projectId) => lastSequence(drizzle, projectId),
		cursorState: (projectId, sequence) => cursorState(drizzle, projectId, sequence),
		expireEvents: (before, limit) => expireEvents(drizzle, before, limit),
	};
}

const fingerprintOf = ({ kind, subject: { view, feature } }: AlertObservation): string =>
	feature === null ? `${kind} ${view}` : `${kind} ${view}:${feature}`;

/** "alertlog", as the first half of an advisory lock; the project is the second. */
const lockSpace = 1_634_493_810;

/**
 * One writer of events per project at a time, until its transaction ends: sequences are then in the order of commits,
 * and a reader that has seen one has seen all before it.
 */
const lockEvents = (tx: Queryable, projectId: number) =>
	tx.execute(sql`SELECT pg_advisory_xact_lock(${lockSpace}, ${projectId})`);

async function append(tx: Queryable, alert: Alert, from: AlertState | null, at: Micros): Promise<StoredAlertEvent> {
	const [row] = await tx
		.insert(alertEvents)
		.values({
			alertId: alert.id,
			projectId: alert.projectId,
			fromState: from,
			toState: alert.state,
			at,
			alert: alertJson(alert),
		})
		.returning();
	if (row === undefined) throw new Error("An alert's event could not be stored.");
	return eventOf(row);
}
