/** What an append sends, and what it answers. */
import { DatabaseError } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type {
	AppendedRows,
	AppendOptions,
	LogDefinition,
	LogRow,
	OnlineHandover,
} from "../../core/ports/offline-log.ts";
import type { Micros } from "../../core/values/value.ts";
import { formatArrayText } from "../postgres/array-text.ts";
import { formatTimestampText, parseTimestampText } from "../postgres/time-text.ts";
import { appendRowStatement } from "./append-row-statement.ts";
import { type AppendStatement, type AppendVariant, appendStatement } from "./append-statement.ts";
import { encodeRow, encodeRows, handoverRanges } from "./encode-rows.ts";
import type { GroupOptions } from "./group-appends.ts";

/** What is appended once, and the last parameters that say so. */
export type Once = { readonly of: "batch" | "push"; readonly values: readonly string[] } | null;

/** "row": of one row, whole and without conditions. */
export type StatementOf = (log: LogDefinition, variant: AppendVariant | "row") => AppendStatement;

/** Statements by log, made once. */
export function statements(): StatementOf {
	const known = new WeakMap<LogDefinition, Map<string, AppendStatement>>();
	return (log, variant) => {
		const ofLog = known.get(log) ?? new Map<string, AppendStatement>();
		known.set(log, ofLog);
		const name = variant === "row" ? variant : `${variant.once} ${variant.partial}`;
		const statement = ofLog.get(name) ?? (variant === "row" ? appendRowStatement(log) : appendStatement(log, variant));
		ofLog.set(name, statement);
		return statement;
	};
}

const none: ReadonlySet<number> = new Set();

/** The parameters of an append up to its columns. Throws INVALID_VALUE with the index of the row. */
export function appendValues(
	log: LogDefinition,
	rows: readonly LogRow[],
	{ online, dueAt, starts = none }: AppendOptions & Partial<GroupOptions>,
	now: Micros,
): string[] {
	if (rows.length === 0) throw new RangeError("an append has at least one row");
	const columns = encodeRows(log, rows);
	const deleted = formatArrayText(rows.map((row) => (row.deleted ? "t" : "f")));
	const ranges = handoverRanges(online ? rows.map((_, index) => dueAt[index] ?? null) : [], starts);
	const at = formatTimestampText(now);
	return [log.id, String(rows.length), at, deleted, ranges.first, ranges.last, ranges.due, ...columns];
}

/** The parameters of an append of one row. Throws INVALID_VALUE. */
export function appendRowValues(
	log: LogDefinition,
	row: LogRow,
	{ online, dueAt }: AppendOptions,
	now: Micros,
): (string | null)[] {
	const values = encodeRow(log, row);
	const due = dueAt[0] ?? null;
	const dueText = due === null ? null : formatTimestampText(due);
	return [log.id, formatTimestampText(now), row.deleted ? "t" : "f", online ? "t" : "f", dueText, ...values];
}

export interface HandoverRow {
	readonly id: bigint;
	readonly log: string;
	readonly first_seq: bigint;
	readonly last_seq: bigint;
	readonly due_at: string;
}

/** The position, once per handover; without any, once with nulls for it. */
export type AppendedRow = { readonly base: bigint; readonly at: string } & (
	| Omit<HandoverRow, "log">
	| { readonly id: null; readonly first_seq: null; readonly last_seq: null; readonly due_at: null }
);

/** Null: nothing was appended. */
export function appendedRows(log: LogDefinition, count: number, rows: readonly AppendedRow[]): AppendedRows | null {
	const [position] = rows;
	if (position === undefined) return null;
	return {
		firstSeq: position.base + 1n,
		lastSeq: position.base + BigInt(count),
		ingestedAt: timeOf(position.at),
		handovers: rows.flatMap((row) => (row.id === null ? [] : [handoverOf({ ...row, log: log.id })])),
	};
}

export const handoverOf = (row: HandoverRow): OnlineHandover => ({
	id: row.id,
	log: row.log,
	firstSeq: row.first_seq,
	lastSeq: row.last_seq,
	dueAt: timeOf(row.due_at),
});

export function timeOf(text: string): Micros {
	const value = parseTimestampText(text);
	if (value !== undefined) return value;
	throw new FeaturegraphError("INTERNAL_SERVER_ERROR", `The database sent a time that cannot be read: "${text}".`);
}

export const isMissingTable = (error: unknown): boolean => error instanceof DatabaseError && error.code === "42P01";

export const missingLog = (id: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `There is no offline log "${id}".`, { name: id });
