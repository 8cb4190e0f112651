import { escapeIdentifier } from "pg";
import { deletedColumn, ingestedAtColumn, seqColumn } from "../../core/offline/view-columns.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type {
	AppendedRows,
	AppendOptions,
	LogDefinition,
	LogRow,
	OfflineLog,
	StoredLogRow,
} from "../../core/ports/offline-log.ts";
import type { Value } from "../../core/values/value.ts";
import { formatArrayText } from "../postgres/array-text.ts";
import { asText, textDecoder } from "../postgres/column-types.ts";
import type { Database } from "../postgres/database.ts";
import { formatTimestampText } from "../postgres/time-text.ts";
import { withoutWait } from "../postgres/without-wait.ts";
import { appendPartial } from "./append-partial.ts";
import { logTable } from "./append-statement.ts";
import {
	type AppendedRow,
	appendedRows,
	appendRowValues,
	appendValues,
	type HandoverRow,
	handoverOf,
	isMissingTable,
	missingLog,
	type Once,
	statements,
	timeOf,
} from "./appended.ts";
import { ensureLog } from "./ensure-log.ts";
import { type GroupOptions, groupAppends } from "./group-appends.ts";

/**
 * Logs as tables of the schema `featuregraph_log`. `clock` says when rows are taken in; a clock that runs behind
 * another process's never takes that time back.
 */
export function createPostgresLog(database: Database, clock: Clock): OfflineLog {
	const { pool } = database;
	const statementOf = statements();

	async function append(
		log: LogDefinition,
		rows: readonly LogRow[],
		options: AppendOptions & Partial<GroupOptions>,
		once: Once,
	): Promise<AppendedRows | null> {
		const query = queryOf(log, rows, options, once);
		const result = await pool.query<AppendedRow>(query).catch((error: unknown) => {
			throw isMissingTable(error) ? missingLog(log.id) : error;
		});
		return appendedRows(log, rows.length, result.rows);
	}

	function queryOf(
		log: LogDefinition,
		rows: readonly LogRow[],
		options: AppendOptions & Partial<GroupOptions>,
		once: Once,
	) {
		const [row] = rows;
		const now = clock.now();
		if (once === null && rows.length === 1 && row !== undefined) {
			const { name, text } = statementOf(log, "row");
			return { name, text, values: appendRowValues(log, row, options, now) };
		}
		const { name, text } = statementOf(log, { once: once?.of ?? null, partial: false });
		return { name, text, values: [...appendValues(log, rows, options, now), ...(once?.values ?? [])] };
	}

	const appendGrouped = groupAppends(async (log, rows, options) => {
		const appended = await append(log, rows, options, null);
		if (appended === null) throw missingLog(log.id);
		return appended;
	});

	return {
		ensure: (log) => ensureLog(database, log),

		append: appendGrouped,
		appendOnce: ({ runId, number }, log, rows, options) =>
			append(log, rows, options, { of: "batch", values: [runId, String(number)] }),

		async appendPush(log, rows, options) {
			const { pushId, partial } = options;
			const once: Once = pushId === null ? null : { of: "push", values: [pushId] };
			if (partial !== null)
				return appendPartial(database, clock, statementOf, log, rows, { ...options, partial, once });
			const { online, dueAt } = options;
			const appended = await (once === null
				? appendGrouped(log, rows, { online, dueAt })
				: append(log, rows, { online, dueAt }, once));
			return appended === null ? null : { ...appended, correcting: new Set() };
		},

		async due(now, limit) {
			const { rows } = await pool.query<HandoverRow>(
				"SELECT id, log, first_seq, last_seq, due_at FROM featuregraph.handovers WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2",
				[formatTimestampText(now), limit],
			);
			return rows.map(handoverOf);
		},

		async nextDue(now) {
			const { rows } = await pool.query<{ at: string | null }>(
				"SELECT min(due_at) AS at FROM featuregraph.handovers WHERE due_at > $1",
				[formatTimestampText(now)],
			);
			const at = rows[0]?.at ?? null;
			return at === null ? null : timeOf(at);
		},

		async rowsOf(log, { firstSeq, lastSeq }) {
			const names = [seqColumn, ingestedAtColumn, deletedColumn, ...log.columns.map(({ name }) => name)];
			const { rows } = await pool.query<TextRow>({
				text: `SELECT ${names.map(escapeIdentifier).join(", ")} FROM ${logTable(log.id)} WHERE ${seqColumn} BETWEEN $1 AND $2 ORDER BY ${seqColumn}`,
				values: [firstSeq, lastSeq],
				rowMode: "array",
				types: asText,
			});
			const decoders = log.columns.map(({ type }) => textDecoder(type));
			return rows.map(
				([seq, ingestedAt, isDeleted, ...texts]): StoredLogRow => ({
					seq: BigInt(seq),
					ingestedAt: timeOf(ingestedAt),
					deleted: isDeleted === "t",
					values: decoders.map((decode, c): Value => decode(texts[c] ?? null)),
				}),
			);
		},

		async settle(ids) {
			if (ids.length === 0) return;
			await pool.query({ name: "settle_handovers", text: settleSql, values: [formatArrayText(ids.map(String))] });
		},

		async positions(logs) {
			const { rows } = await pool.query<{ id: string; last_seq: bigint }>(
				"SELECT id, last_seq FROM featuregraph.logs WHERE id = ANY($1::text[])",
				[logs],
			);
			const last = new Map(rows.map((row) => [row.id, row.last_seq]));
			return new Map(logs.map((log) => [log, last.get(log) ?? 0n]));
		},
	};
}

/** Without a wait for the disk: a handover that comes back after a power failure is applied once more. */
const settleSql = `DELETE FROM featuregraph.handovers USING (SELECT ${withoutWait}) AS unwaited WHERE id = ANY($1::bigint[])`;

type TextRow = [seq: string, ingestedAt: string, deleted: string, ...values: (string | null)[]];
