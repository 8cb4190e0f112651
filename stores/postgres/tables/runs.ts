import { sql } from "drizzle-orm";
import { bigint, boolean, doublePrecision, index, integer, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { definitionVersions, projects } from "./registry.ts";
import { featuregraph } from "./schema.ts";

export const runs = featuregraph.table(
	"runs",
	{
		id: uuid().primaryKey(),
		projectId: integer("project_id")
			.notNull()
			.references(() => projects.id),
		kind: text().notNull(),
		state: text().notNull(),
		request: jsonb().notNull(),
		checkpoint: jsonb(),
		progress: doublePrecision().notNull().default(0),
		rowsRead: bigint("rows_read", { mode: "bigint" }).notNull().default(sql`0`),
		rowsWritten: bigint("rows_written", { mode: "bigint" }).notNull().default(sql`0`),
		failure: jsonb(),
		cancelRequested: boolean("cancel_requested").notNull().default(false),
		createdAt: micros("created_at").notNull(),
		createdBy: text("created_by").notNull(),
		startedAt: micros("started_at"),
		finishedAt: micros("finished_at"),
	},
	(table) => [
		index("runs_of_project").on(table.projectId, table.kind, table.createdAt.desc(), table.id.desc()),
		index("unfinished_runs").on(table.createdAt).where(sql`${table.state} in ('QUEUED', 'RUNNING')`),
	],
);

/** Up to when the rows of a view version have been materialized. */
export const watermarks = featuregraph.table("watermarks", {
	viewVersionId: integer("view_version_id")
		.primaryKey()
		.references(() => definitionVersions.id),
	knownUntil: micros("known_until").notNull(),
	updatedAt: micros("updated_at").notNull().default(sql`now()`),
});
