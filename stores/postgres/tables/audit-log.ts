import { bigint, index, jsonb, text } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { featuregraph } from "./schema.ts";

/** Who did what. Append only: a trigger refuses to change or remove a row. */
export const auditLog = featuregraph.table(
	"audit_log",
	{
		id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
		at: micros().notNull(),
		principal: text().notNull(),
		project: text(),
		action: text().notNull(),
		subject: text().notNull(),
		details: jsonb().notNull(),
	},
	(table) => [index().on(table.project, table.id)],
);
