import { sql } from "drizzle-orm";
import { type AnyPgColumn, bigint, index, integer, jsonb, text, uuid } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { projects } from "./registry.ts";
import { runs } from "./runs.ts";
import { featuregraph } from "./schema.ts";

/** Beside its run. The columns of its result are null until it has succeeded. */
export const trainingSets = featuregraph.table("training_sets", {
	id: uuid()
		.primaryKey()
		.references(() => runs.id),
	name: text(),
	format: text().notNull(),
	/** Sequence number (as text) by log id: the pushed rows that it may read. */
	logPositions: jsonb("log_positions").notNull(),
	rowCount: bigint("row_count", { mode: "bigint" }),
	byteCount: bigint("byte_count", { mode: "bigint" }),
	contentHash: text("content_hash"),
	provenance: jsonb(),
	/** The training set that this one draws again. */
	reproductionOf: uuid("reproduction_of").references((): AnyPgColumn => trainingSets.id),
	/** How it compares with that one. */
	comparison: jsonb(),
	leakage: jsonb(),
});

/** Files of label rows on their way in. */
export const uploads = featuregraph.table(
	"uploads",
	{
		id: uuid().primaryKey(),
		projectId: integer("project_id")
			.notNull()
			.references(() => projects.id),
		format: text().notNull(),
		/** As announced, then as received; null: not said. */
		byteCount: bigint("byte_count", { mode: "bigint" }),
		/** What its columns must be; null: nothing is asked of them. */
		expected: jsonb(),
		receivedAt: micros("received_at"),
		/** When a training set first took its labels from it: kept from then on. */
		usedAt: micros("used_at"),
		createdAt: micros("created_at").notNull(),
		createdBy: text("created_by").notNull(),
	},
	(table) => [
		index("unused_uploads").on(table.createdAt).where(sql`${table.usedAt} is null`),
		index("open_uploads").on(table.createdBy).where(sql`${table.usedAt} is null`),
	],
);
