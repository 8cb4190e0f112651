import { sql } from "drizzle-orm";
import { type AnyPgColumn, bigint, integer, jsonb, primaryKey, text, unique } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { featuregraph } from "./schema.ts";

export const projects = featuregraph.table("projects", {
	id: integer().primaryKey().generatedAlwaysAsIdentity(),
	name: text().notNull().unique(),
	description: text(),
	/** Grows by one with every apply; 0: nothing was ever applied. */
	registryVersion: integer("registry_version").notNull().default(0),
	/** Grows with every apply and whenever a version goes online. */
	revision: bigint({ mode: "bigint" }).notNull().default(sql`0`),
	createdAt: micros("created_at").notNull().default(sql`now()`),
});

/** One row per apply: the files as they were given. */
export const registryVersions = featuregraph.table(
	"registry_versions",
	{
		projectId: integer("project_id")
			.notNull()
			.references(() => projects.id),
		version: integer().notNull(),
		planHash: text("plan_hash").notNull(),
		files: jsonb().notNull(),
		createdAt: micros("created_at").notNull(),
		createdBy: text("created_by"),
	},
	(table) => [primaryKey({ columns: [table.projectId, table.version] })],
);

/** An object by its name, over all its versions. */
export const definitions = featuregraph.table(
	"definitions",
	{
		id: integer().primaryKey().generatedAlwaysAsIdentity(),
		projectId: integer("project_id")
			.notNull()
			.references(() => projects.id),
		/** `entity`, `source`, `view` or `service`. */
		kind: text().notNull(),
		name: text().notNull(),
		/** Null: deleted. Its versions stay. */
		currentVersionId: integer("current_version_id").references((): AnyPgColumn => definitionVersions.id),
		/** What makes no new version, as it is now: description, owner, tags, schedule, freshness, GraphQL names. */
		governance: jsonb().notNull(),
		createdAt: micros("created_at").notNull(),
		deletedAt: micros("deleted_at"),
	},
	(table) => [unique().on(table.projectId, table.kind, table.name)],
);

/** Immutable but for `online_since`: a trigger sees to it. */
export const definitionVersions = featuregraph.table(
	"definition_versions",
	{
		id: integer().primaryKey().generatedAlwaysAsIdentity(),
		definitionId: integer("definition_id")
			.notNull()
			.references(() => definitions.id),
		version: integer().notNull(),
		/** SHA-256 (hex) of what decides values. */
		hash: text().notNull(),
		body: jsonb().notNull(),
		createdAt: micros("created_at").notNull(),
		createdBy: text("created_by"),
		onlineSince: micros("online_since"),
	},
	(table) => [unique().on(table.definitionId, table.version), unique().on(table.definitionId, table.hash)],
);

/** View versions that nothing pinned when retention last looked, and those whose online values it has dropped. */
export const unpinnedVersions = featuregraph.table("unpinned_versions", {
	viewVersionId: integer("view_version_id")
		.primaryKey()
		.references(() => definitionVersions.id),
	/** Null: something pins it again. */
	since: micros("since"),
	/** It does not answer online from then on; null: it does, or may again. */
	droppedAt: micros("dropped_at"),
	/** When its keys were gone. */
	clearedAt: micros("cleared_at"),
});
