/**
 * Appends rows of partial views: under the log's lock, what their keys had is read, the rows are filled up, and rows that
 * lie behind a late one follow once more, corrected.
 */
import type { PoolClient } from "pg";
import { escapeIdentifier } from "pg";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { fillPartialRows, type PartialKey, type PartialRow } from "../../core/offline/partial-rows.ts";
import { deletedColumn, omittedColumn, seqColumn } from "../../core/offline/view-columns.ts";
import { compileKeyEncoder } from "../../core/online/key.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { AppendedPush, LogDefinition, LogRow, PushAppend } from "../../core/ports/offline-log.ts";
import type { Column } from "../../core/values/type.ts";
import type { Micros, Value } from "../../core/values/value.ts";
import { formatArrayText, parseArrayText } from "../postgres/array-text.ts";
import { asText, columnType, textDecoder } from "../postgres/column-types.ts";
import type { Database } from "../postgres/database.ts";
import { logTable } from "./append-statement.ts";
import {
	type AppendedRow,
	appendedRows,
	appendValues,
	isMissingTable,
	missingLog,
	type Once,
	type StatementOf,
} from "./appended.ts";
import { encodeRows } from "./encode-rows.ts";

/** Rows of the keys of one push that lie behind its rows: each may have to be written once more. */
const mostRowsBehind = 10_000;

type PartialPush = PushAppend & { readonly partial: NonNullable<PushAppend["partial"]>; readonly once: Once };

interface Pushed extends PartialRow {
	/** Place in the push. */
	readonly index: number;
}

interface Key {
	readonly pushed: Pushed[];
	readonly stored: PartialKey["stored"][number][];
}

export async function appendPartial(
	{ pool }: Database,
	clock: Clock,
	statementOf: StatementOf,
	log: LogDefinition,
	rows: readonly LogRow[],
	options: PartialPush,
): Promise<AppendedPush | null> {
	// What cannot be kept is told before a lock is taken.
	encodeRows(log, rows);
	const keys = keysOf(log, rows, options);
	const client = await pool.connect();
	try {
		await client.query("BEGIN");
		const { rowCount } = await client.query("SELECT FROM featuregraph.logs WHERE id = $1 FOR UPDATE", [log.id]);
		if (rowCount === 0) throw missingLog(log.id);
		await readStored(client, log, options, keys);
		const appended = await appendFilled(client, clock.now(), statementOf, log, rows, options, keys);
		await client.query("COMMIT");
		client.release();
		return appended;
	} catch (error) {
		const ended = await client.query("ROLLBACK").then(
			() => true,
			() => false,
		);
		client.release(!ended);
		throw isMissingTable(error) ? missingLog(log.id) : error;
	}
}

/** The rows by their keys. */
function keysOf(log: LogDefinition, rows: readonly LogRow[], { partial }: PartialPush): readonly Key[] {
	const { columns } = partial;
	const encode = compileKeyEncoder(
		0,
		0,
		columns.keys.map((position) => log.columns[position] as Column),
	);
	const keys = new Map<string, Key>();
	for (const [index, row] of rows.entries()) {
		const name = Buffer.from(encode(columns.keys.map((position) => row.values[position] ?? null))).toString("latin1");
		const key = keys.get(name) ?? { pushed: [], stored: [] };
		keys.set(name, key);
		key.pushed.push({ ...row, omitted: partial.omitted[index] ?? [], index });
	}
	return [...keys.values()];
}

type TextRow = [key: string, seq: string, deleted: string, omitted: string | null, ...values: (string | null)[]];

/** Of each key the rows of the newest event time before its earliest pushed row, and all from there on. */
async function readStored(
	client: PoolClient,
	log: LogDefinition,
	{ partial }: PartialPush,
	keys: readonly Key[],
): Promise<void> {
	const { columns } = partial;
	const eventAt = log.columns.findIndex(({ name }) => name === log.eventTime);
	const wanted = [...columns.keys, eventAt];
	const earliest = keys.map(({ pushed }): LogRow => {
		const first = pushed.reduce((a, b) => ((b.values[eventAt] as Micros) < (a.values[eventAt] as Micros) ? b : a));
		return { values: wanted.map((position) => first.values[position] ?? null), deleted: false };
	});
	const wantedColumns = wanted.map((position) => log.columns[position] as Column);
	const { rows } = await client.query<TextRow>({
		text: storedSql(log, wantedColumns),
		values: [...encodeRows({ ...log, columns: wantedColumns }, earliest), mostRowsBehind + 1],
		rowMode: "array",
		types: asText,
	});
	if (rows.length > mostRowsBehind) {
		throw new FeaturegraphError(
			"LIMIT_EXCEEDED",
			`More than ${mostRowsBehind} rows of these keys lie behind the rows of the push, and may have taken over what it changes.`,
			{ name: "rows", hint: "Push late rows of partial views in smaller parts, or new ones before old ones." },
		);
	}
	const decoders = log.columns.map(({ type }) => textDecoder(type));
	for (const [key, seq, deleted, omitted, ...texts] of rows) {
		keys[Number(key) - 1]?.stored.push({
			seq: BigInt(seq),
			deleted: deleted === "t",
			omitted: omitted === null ? [] : positionsOf(log, parseArrayText(omitted)),
			values: decoders.map((decode, c): Value => decode(texts[c] ?? null)),
		});
	}
}

const positionsOf = (log: LogDefinition, names: readonly (string | null)[]): number[] =>
	names.map((name) => log.columns.findIndex((column) => column.name === name)).filter((position) => position >= 0);

/** $1 … one array per key column and of the earliest times; then how many rows are read at most. */
function storedSql(log: LogDefinition, wanted: readonly Column[]): string {
	const aliases = wanted.map((_, c) => `c${c}`);
	const parameters = wanted.map(({ type }, c) => `$${c + 1}::${columnType(type)}[]`);
	const event = escapeIdentifier(log.eventTime);
	const from = `k.${aliases.at(-1)}`;
	const isKey = (table: string): string =>
		wanted
			.slice(0, -1)
			.map(({ name }, c) => `${table}.${escapeIdentifier(name)} = k.c${c}`)
			.join(" AND ");
	const table = logTable(log.id);
	const columns = [seqColumn, deletedColumn, omittedColumn, ...log.columns.map(({ name }) => escapeIdentifier(name))];
	return `SELECT k.n, ${columns.map((column) => `l.${column}`).join(", ")}
FROM unnest(${parameters.join(", ")}) WITH ORDINALITY AS k(${aliases.join(", ")}, n)
CROSS JOIN LATERAL (
	SELECT * FROM ${table} a WHERE ${isKey("a")} AND a.${event} >= ${from}
	UNION ALL
	SELECT * FROM ${table} b WHERE ${isKey("b")} AND b.${event} = (
		SELECT max(c.${event}) FROM ${table} c WHERE ${isKey("c")} AND c.${event} < ${from}
	)
) l LIMIT $${wanted.length + 1}`;
}

async function appendFilled(
	client: PoolClient,
	now: Micros,
	statementOf: StatementOf,
	log: LogDefinition,
	rows: readonly LogRow[],
	{ partial, online, dueAt, once }: PartialPush,
	keys: readonly Key[],
): Promise<AppendedPush | null> {
	const filled = new Array<PartialRow>(rows.length);
	const corrected: PartialRow[] = [];
	const correcting = new Set<number>();
	for (const key of keys) {
		const result = fillPartialRows(partial.columns, log.columns, key);
		for (const row of result.filled) filled[row.index] = row;
		if (result.corrected.length === 0) continue;
		corrected.push(...result.corrected);
		for (const { index } of key.pushed) correcting.add(index);
	}
	const all = [...filled, ...corrected];
	const values = appendValues(
		log,
		all,
		{ online, dueAt: [...dueAt.slice(0, rows.length), ...corrected.map(partial.dueAt)] },
		now,
	);
	values.push(formatArrayText(all.map(({ omitted }) => omittedText(log, omitted))), ...(once?.values ?? []));
	const statement = statementOf(log, { once: once?.of ?? null, partial: true });
	const result = await client.query<AppendedRow>({ ...statement, values });
	const appended = appendedRows(log, all.length, result.rows);
	return appended === null ? null : { ...appended, correcting };
}

const omittedText = (log: LogDefinition, omitted: readonly number[]): string | null =>
	omitted.length === 0 ? null : formatArrayText(omitted.map((position) => log.columns[position]?.name ?? null));
