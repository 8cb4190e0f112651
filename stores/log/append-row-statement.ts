import { createHash } from "node:crypto";
import { escapeIdentifier } from "pg";
import { deletedColumn, ingestedAtColumn, seqColumn } from "../../core/offline/view-columns.ts";
import type { LogDefinition } from "../../core/ports/offline-log.ts";
import { columnType } from "../postgres/column-types.ts";
import { type AppendStatement, logTable } from "./append-statement.ts";

/**
 * `appendStatement` for one row, whose values are no arrays to be taken apart: what a client waits for that pushes row by row.
 *
 * $1 log, $2 the clock's time, $3 deleted, $4 whether it is handed over, $5 when that is due, $6 … the columns.
 */
export function appendRowStatement(log: LogDefinition): AppendStatement {
	const values = log.columns.map(({ type }, c) => `$${c + 6}::${columnType(type)}`);
	const names = log.columns.map(({ name }) => escapeIdentifier(name));
	const text = `WITH position AS (
	UPDATE featuregraph.logs
	SET last_seq = last_seq + 1, last_ingested_at = greatest(last_ingested_at, $2::timestamptz)
	WHERE id = $1::text
	RETURNING last_seq, last_ingested_at AS at
), appended AS (
	INSERT INTO ${logTable(log.id)} (${[seqColumn, ingestedAtColumn, deletedColumn, ...names].join(", ")})
	SELECT ${["p.last_seq", "p.at", "$3::boolean", ...values].join(", ")} FROM position p
), handed AS (
	INSERT INTO featuregraph.handovers (log, first_seq, last_seq, due_at)
	SELECT $1::text, p.last_seq, p.last_seq, greatest($5::timestamptz, p.at) FROM position p WHERE $4::boolean
	RETURNING id, first_seq, last_seq, due_at
)
SELECT p.last_seq - 1 AS base, p.at, h.id, h.first_seq, h.last_seq, h.due_at FROM position p LEFT JOIN handed h ON true`;
	return { name: `append_row_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`, text };
}
