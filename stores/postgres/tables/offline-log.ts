import { sql } from "drizzle-orm";
import { bigint, index, integer, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import { micros } from "../micros.ts";
import { runs } from "./runs.ts";
import { featuregraph } from "./schema.ts";

/**
 * The end of each log. An append locks its row until it commits, so that rows become visible in the order of their
 * sequence numbers, and no number up to `last_seq` is still to come.
 */
export const logs = featuregraph.table("logs", {
	/** Also the name of its table in the schema `featuregraph_log`. */
	id: text().primaryKey(),
	lastSeq: bigint("last_seq", { mode: "bigint" }).notNull().default(sql`0`),
	lastIngestedAt: micros("last_ingested_at"),
});

/** Rows on their way from a log to the online store. */
export const handovers = featuregraph.table(
	"handovers",
	{
		id: bigint({ mode: "bigint" }).primaryKey().generatedAlwaysAsIdentity(),
		log: text()
			.notNull()
			.references(() => logs.id),
		firstSeq: bigint("first_seq", { mode: "bigint" }).notNull(),
		lastSeq: bigint("last_seq", { mode: "bigint" }).notNull(),
		dueAt: micros("due_at").notNull(),
	},
	(table) => [index().on(table.dueAt, table.id)],
);

/** The batches that a run has appended, written in the transaction of the append: a run that is taken up again skips them. */
export const logBatches = featuregraph.table(
	"log_batches",
	{
		runId: uuid("run_id")
			.notNull()
			.references(() => runs.id),
		number: integer().notNull(),
	},
	(table) => [primaryKey({ columns: [table.runId, table.number] })],
);

/** The pushes that a log has taken under an idempotency key, written in the transaction of the append. */
export const logPushes = featuregraph.table(
	"log_pushes",
	{
		id: uuid().primaryKey(),
		takenAt: micros("taken_at").notNull(),
	},
	(table) => [index().on(table.takenAt)],
);
