import { index, jsonb, primaryKey, text } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { featuregraph } from "./schema.ts";

export const idempotencyKeys = featuregraph.table(
	"idempotency_keys",
	{
		project: text().notNull(),
		mutation: text().notNull(),
		key: text().notNull(),
		/** The answer of the first call; null while it is being made. */
		payload: jsonb(),
		createdAt: micros("created_at").notNull(),
	},
	(table) => [primaryKey({ columns: [table.project, table.mutation, table.key] }), index().on(table.createdAt)],
);
