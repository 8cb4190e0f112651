import { sql } from "drizzle-orm";
import { bigint, doublePrecision, index, integer, jsonb, text, uniqueIndex, uuid } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { definitionVersions, projects } from "./registry.ts";
import { featuregraph } from "./schema.ts";

export const alerts = featuregraph.table(
	"alerts",
	{
		id: uuid().primaryKey(),
		projectId: integer("project_id")
			.notNull()
			.references(() => projects.id),
		kind: text().notNull(),
		state: text().notNull(),
		severity: text().notNull(),
		/** What it speaks of, which is also what at most one open alert of a kind may speak of. */
		view: text().notNull(),
		viewVersionId: integer("view_version_id")
			.notNull()
			.references(() => definitionVersions.id),
		feature: text(),
		/** Kind, view and feature in one text. */
		fingerprint: text().notNull(),
		message: text().notNull(),
		value: doublePrecision(),
		threshold: doublePrecision(),
		startedAt: micros("started_at").notNull(),
		updatedAt: micros("updated_at").notNull(),
		acknowledgedBy: text("acknowledged_by"),
		note: text(),
		resolvedAt: micros("resolved_at"),
	},
	(table) => [
		uniqueIndex("open_alert").on(table.projectId, table.fingerprint).where(sql`${table.state} <> 'RESOLVED'`),
		index("alerts_of_project").on(table.projectId, table.startedAt.desc(), table.id.desc()),
	],
);

/** Transitions, with the alert as it was then: what a subscription replays. */
export const alertEvents = featuregraph.table(
	"alert_events",
	{
		sequence: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
		alertId: uuid("alert_id")
			.notNull()
			.references(() => alerts.id),
		projectId: integer("project_id")
			.notNull()
			.references(() => projects.id),
		fromState: text("from_state"),
		toState: text("to_state").notNull(),
		at: micros().notNull(),
		alert: jsonb().notNull(),
	},
	(table) => [index("alert_events_of_project").on(table.projectId, table.sequence), index().on(table.at)],
);

/** The newest row that each view version has brought to its consumers. */
export const servedTimes = featuregraph.table("served_times", {
	viewVersionId: integer("view_version_id")
		.primaryKey()
		.references(() => definitionVersions.id),
	eventTime: micros("event_time").notNull(),
	servedAt: micros("served_at").notNull(),
});
