import { createHash } from "node:crypto";
import { escapeIdentifier } from "pg";
import { deletedColumn, ingestedAtColumn, omittedColumn, seqColumn } from "../../core/offline/view-columns.ts";
import type { LogDefinition } from "../../core/ports/offline-log.ts";
import { columnArrayType, columnType } from "../postgres/column-types.ts";

export const logTable = (id: string): string => `featuregraph_log.${escapeIdentifier(id)}`;

export interface AppendStatement {
	/** Of the prepared statement. */
	readonly name: string;
	readonly text: string;
}

export interface AppendVariant {
	/** Only if what it names has not been appended before: a batch of a run, a push. No row then. */
	readonly once: "batch" | "push" | null;
	/** Whether the rows tell what they left out. */
	readonly partial: boolean;
}

/** A push of the same id is another one after a day. */
const keptPush = "interval '24 hours'";

/** Of `once`: its parameters follow the columns. What another process is appending right now is waited for. */
const taken = {
	batch: (first: number) =>
		`INSERT INTO featuregraph.log_batches (run_id, number) VALUES ($${first}::uuid, $${first + 1}::int)
	ON CONFLICT DO NOTHING RETURNING number`,
	push: (first: number) =>
		`INSERT INTO featuregraph.log_pushes (id, taken_at) VALUES ($${first}::uuid, $3::timestamptz)
	ON CONFLICT (id) DO UPDATE SET taken_at = excluded.taken_at
	WHERE log_pushes.taken_at < excluded.taken_at - ${keptPush} RETURNING id`,
};

/**
 * One statement, and so one round trip and one transaction, that takes the next sequence numbers, appends the rows and
 * leaves the handovers. Locking the row of `logs` makes appends to one log follow each other until they commit.
 *
 * $1 log, $2 row count, $3 the clock's time, $4 deleted flags, $5 and $6 first and last row of each handover (from 1),
 * $7 its due time, $8 … one array per column; where the rows are partial, texts of arrays of names; then those of `once`.
 */
export function appendStatement(log: LogDefinition, { once, partial }: AppendVariant): AppendStatement {
	const parameters = log.columns.map(({ type }, c) => `$${c + 8}::${columnArrayType(type)}`);
	const values = log.columns.map(({ type }, c) => (type.isArray ? `r.c${c}::${columnType(type)}` : `r.c${c}`));
	const aliases = log.columns.map((_, c) => `c${c}`);
	const names = log.columns.map(({ name }) => escapeIdentifier(name));
	if (partial) {
		parameters.push(`$${parameters.length + 8}::text[]`);
		values.push("r.omitted::text[]");
		aliases.push("omitted");
		names.push(omittedColumn);
	}
	const claim = once === null ? "" : `taken AS (\n\t${taken[once](parameters.length + 8)}\n), `;
	const text = `WITH ${claim}position AS (
	UPDATE featuregraph.logs
	SET last_seq = last_seq + $2::bigint, last_ingested_at = greatest(last_ingested_at, $3::timestamptz)
	WHERE id = $1::text${once === null ? "" : " AND EXISTS (SELECT FROM taken)"}
	RETURNING last_seq - $2::bigint AS base, last_ingested_at AS at
), appended AS (
	INSERT INTO ${logTable(log.id)} (${[seqColumn, ingestedAtColumn, deletedColumn, ...names].join(", ")})
	SELECT ${["p.base + r.n", "p.at", "r.deleted", ...values].join(", ")}
	FROM position p, unnest(${["$4::boolean[]", ...parameters].join(", ")})
		WITH ORDINALITY AS r(${["deleted", ...aliases, "n"].join(", ")})
), handed AS (
	INSERT INTO featuregraph.handovers (log, first_seq, last_seq, due_at)
	SELECT $1::text, p.base + h.first, p.base + h.last, greatest(h.due, p.at)
	FROM position p, unnest($5::bigint[], $6::bigint[], $7::timestamptz[]) WITH ORDINALITY AS h(first, last, due, n)
	ORDER BY h.n
	RETURNING id, first_seq, last_seq, due_at
)
SELECT p.base, p.at, h.id, h.first_seq, h.last_seq, h.due_at FROM position p LEFT JOIN handed h ON true ORDER BY h.id`;
	return { name: `append_${createHash("sha256").update(text).digest("hex").slice(0, 32)}`, text };
}
