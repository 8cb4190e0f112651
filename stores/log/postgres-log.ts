import { DatabaseError, escapeIdentifier } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { deletedColumn, ingestedAtColumn, seqColumn } from "../../core/offline/view-columns.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type {
	AppendedRows,
	AppendOptions,
	LogDefinition,
	LogRow,
	OfflineLog,
	OnlineHandover,
	StoredLogRow,
} from "../../core/ports/offline-log.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import { formatArrayText } from "../postgres/array-text.ts";
import { asText, textDecoder } from "../postgres/column-types.ts";
import type { Database } from "../postgres/database.ts";
import { formatTimestampText, parseTimestampText } from "../postgres/time-text.ts";
import { type AppendStatement, appendStatement, logTable } from "./append-statement.ts";
import { encodeRows, handoverRanges } from "./encode-rows.ts";
import { ensureLog } from "./ensure-log.ts";

/**
 * Logs as tables of the schema `featuregraph_log`. `clock` says when rows are taken in; a clock that runs behind
 * another process's never takes that time back.
 */
export function createPostgresLog(database: Database, clock: Clock): OfflineLog {
	const { pool } = database;
	const statements = {
		always: new WeakMap<LogDefinition, AppendStatement>(),
		once: new WeakMap<LogDefinition, AppendStatement>(),
	};
	const statementOf = (log: LogDefinition, once: boolean): AppendStatement => {
		const known = statements[once ? "once" : "always"];
		const statement = known.get(log) ?? appendStatement(log, once);
		known.set(log, statement);
		return statement;
	};

	async function append(
		log: LogDefinition,
		rows: readonly LogRow[],
		{ online, dueAt }: AppendOptions,
		batch: { readonly runId: string; readonly number: number } | null,
	): Promise<AppendedRows | null> {
		if (rows.length === 0) throw new RangeError("an append has at least one row");
		const columns = encodeRows(log, rows);
		const deleted = formatArrayText(rows.map((row) => (row.deleted ? "t" : "f")));
		const ranges = handoverRanges(online ? rows.map((_, index) => dueAt[index] ?? null) : []);
		const now = formatTimestampText(clock.now());
		const values = [log.id, String(rows.length), now, deleted, ranges.first, ranges.last, ranges.due, ...columns];
		if (batch !== null) values.push(batch.runId, String(batch.number));
		const statement = { ...statementOf(log, batch !== null), values };
		const result = await pool.query<AppendedRow>(statement).catch((error: unknown) => {
			throw isMissingTable(error) ? missingLog(log.id) : error;
		});
		const [position] = result.rows;
		if (position === undefined) return null;
		return {
			firstSeq: position.base + 1n,
			lastSeq: position.base + BigInt(rows.length),
			ingestedAt: time(position.at),
			handovers: result.rows.flatMap((row) => (row.id === null ? [] : [handover({ ...row, log: log.id })])),
		};
	}

	return {
		ensure: (log) => ensureLog(database, log),

		async append(log, rows, options) {
			const appended = await append(log, rows, options, null);
			if (appended === null) throw missingLog(log.id);
			return appended;
		},
		appendOnce: (batch, log, rows, options) => append(log, rows, options, batch),

		async due(now, limit) {
			const { rows } = await pool.query<HandoverRow>(
				"SELECT id, log, first_seq, last_seq, due_at FROM featuregraph.handovers WHERE due_at <= $1 ORDER BY due_at, id LIMIT $2",
				[formatTimestampText(now), limit],
			);
			return rows.map(handover);
		},

		async nextDue(now) {
			const { rows } = await pool.query<{ at: string | null }>(
				"SELECT min(due_at) AS at FROM featuregraph.handovers WHERE due_at > $1",
				[formatTimestampText(now)],
			);
			const at = rows[0]?.at ?? null;
			return at === null ? null : time(at);
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
					ingestedAt: time(ingestedAt),
					deleted: isDeleted === "t",
					values: decoders.map((decode, c): Value => decode(texts[c] ?? null)),
				}),
			);
		},

		async settle(ids) {
			if (ids.length === 0) return;
			await pool.query("DELETE FROM featuregraph.handovers WHERE id = ANY($1::bigint[])", [
				formatArrayText(ids.map(String)),
			]);
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

interface HandoverRow {
	readonly id: bigint;
	readonly log: string;
	readonly first_seq: bigint;
	readonly last_seq: bigint;
	readonly due_at: string;
}

/** The position, once per handover; without any, once with nulls for it. */
type AppendedRow = { readonly base: bigint; readonly at: string } & (
	| Omit<HandoverRow, "log">
	| { readonly id: null; readonly first_seq: null; readonly last_seq: null; readonly due_at: null }
);

type TextRow = [seq: string, ingestedAt: string, deleted: string, ...values: (string | null)[]];

const handover = (row: HandoverRow): OnlineHandover => ({
	id: row.id,
	log: row.log,
	firstSeq: row.first_seq,
	lastSeq: row.last_seq,
	dueAt: time(row.due_at),
});

function time(text: string): Micros {
	const value = parseTimestampText(text);
	if (value !== undefined) return value;
	throw new FeaturegraphError("INTERNAL_SERVER_ERROR", `The database sent a time that cannot be read: "${text}".`);
}

const isMissingTable = (error: unknown): boolean => error instanceof DatabaseError && error.code === "42P01";

const missingLog = (id: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `There is no offline log "${id}".`, { name: id });
