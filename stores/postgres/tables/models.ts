import { sql } from "drizzle-orm";
import { bigint, index, integer, text, unique, uuid } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { definitionVersions, projects } from "./registry.ts";
import { featuregraph } from "./schema.ts";
import { trainingSets } from "./training.ts";

export const models = featuregraph.table(
	"models",
	{
		id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
		projectId: integer("project_id")
			.notNull()
			.references(() => projects.id),
		name: text().notNull(),
		description: text(),
		tags: text().array().notNull().default(sql`'{}'`),
		createdAt: micros("created_at").notNull(),
	},
	(table) => [unique().on(table.projectId, table.name)],
);

/** Immutable: a trigger sees to it. */
export const modelVersions = featuregraph.table(
	"model_versions",
	{
		id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
		modelId: bigint("model_id", { mode: "bigint" })
			.notNull()
			.references(() => models.id),
		version: integer().notNull(),
		description: text(),
		tags: text().array().notNull().default(sql`'{}'`),
		artifactUri: text("artifact_uri"),
		serviceVersionId: integer("service_version_id").references(() => definitionVersions.id),
		trainingSetId: uuid("training_set_id").references(() => trainingSets.id),
		createdAt: micros("created_at").notNull(),
		createdBy: text("created_by"),
	},
	(table) => [unique().on(table.modelId, table.version), index().on(table.serviceVersionId, table.id.desc())],
);
