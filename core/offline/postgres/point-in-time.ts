/**
 * The as-of join of one chunk of labels: sorted by key and time, each looks its row up by the index of keys and event
 * time (LATERAL). No lower bound is needed: what is found first is the newest visible row, and the ttl then tells
 * whether it is too old.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Known } from "../../ports/offline-engine.ts";
import type { Column } from "../../values/type.ts";
import {
	delayOf,
	eventCompared,
	eventMicros,
	int64,
	micros,
	newestFirst,
	orNull,
	type PostgresView,
	type RowSource,
	sourceConditions,
	timestamp,
} from "./rows.ts";
import { isNativeTime, ordered, plainType } from "./types.ts";

/** Labels as SQL that yields them sorted: `id`, `l` (the look-up), `ts` and `k0…`, plain. */
export type AskedLabels = SQL;

/** A column of labels as the text of an array of the type; its order is kept. */
export interface AskedArrays {
	readonly ids: string;
	readonly lookups: string;
	readonly times: string;
	readonly keys: readonly string[];
}

export function askedLabels(keys: readonly Column[], { ids, lookups, times, keys: texts }: AskedArrays): AskedLabels {
	const arrays = [
		sql`${literal(ids)}::bigint[]`,
		sql`${literal(lookups)}::integer[]`,
		sql`${literal(times)}::bigint[]`,
	];
	return unnested(["id", "l", "ts"], arrays, keys, texts);
}

/** Keys as SQL that yields them, plain, in the order of `keys`. */
export const askedKeys = (keys: readonly Column[], texts: readonly string[]): SQL => unnested([], [], keys, texts);

function unnested(
	names: readonly string[],
	arrays: readonly SQL[],
	keys: readonly Column[],
	texts: readonly string[],
): SQL {
	const keyNames = keys.map((_, k) => `k${k}`);
	const fields = keys.map(({ type }, k) => {
		const column = sql.raw(`u.k${k}`);
		return type.isArray ? sql`${column}::${plainType(type)} AS ${sql.raw(`k${k}`)}` : column;
	});
	// An array of arrays would be unnested to their elements: such keys travel as text.
	const keyArrays = keys.map(
		({ type }, k) => sql`${literal(texts[k] ?? "{}")}::${type.isArray ? sql.raw("text") : plainType(type)}[]`,
	);
	const list = [...names.map((name) => sql.raw(`u.${name}`)), ...fields];
	return sql`SELECT ${sql.join(list, sql`, `)} FROM unnest(${sql.join([...arrays, ...keyArrays], sql`, `)}) AS u(${sql.raw([...names, ...keyNames].join(", "))})`;
}

const literal = (text: string): SQL =>
	sql.raw(
		text.includes("\\")
			? ` E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
			: `'${text.replaceAll("'", "''")}'`,
	);

/** What is read of the rows that labels choose. */
export interface ChosenColumns {
	/** Positions of features, in the order of their columns. */
	readonly features: readonly number[];
	/** Whether it is asked when they were taken in. */
	readonly takenIn: boolean;
	/** All rows of the newest time, in no order, which an index alone can tell; otherwise the one that rule 3 chooses among them. */
	readonly ties: boolean;
}

/** For each label that has one, its newest visible row: `id`, `l`, `ts`, `e`, `d`, `i` where it is wanted, and the features. */
export function pointInTimeSql(
	target: PostgresView,
	{ features, takenIn, ties }: ChosenColumns,
	known: Known,
	labels: AskedLabels,
): SQL {
	const distinct = [...new Set(features)];
	const order = ties ? sql.raw("e DESC") : newestFirst(target);
	const limit = sql.raw(ties ? "FETCH FIRST 1 ROW WITH TIES" : "LIMIT 1");
	const native = nativeTimes(target, ties);
	const lookups = target.sources.map((source) =>
		ties ? sql`(${lookupTies(target, source, known, distinct, native)})` : sql`(${lookup(target, source, known)})`,
	);
	const [only] = lookups;
	const newest =
		ties && lookups.length === 1 && only !== undefined
			? only
			: sql`(SELECT * FROM (${sql.join(lookups, sql` UNION ALL `)}) AS y ORDER BY ${order} ${limit})`;
	const outputs = ["l.id", "l.l", "l.ts", "x.e", "x.d", ...(takenIn ? ["x.i"] : []), ...features.map((f) => `x.f${f}`)];
	return sql`SELECT ${sql.raw(outputs.join(", "))} FROM (${labels}) AS l CROSS JOIN LATERAL ${newest} AS x`;
}

/**
 * Which times of the result are PostgreSQL's own, since nothing has to be compared with others any more: computing
 * microseconds exactly is arithmetic of its numeric type.
 */
export function nativeTimes(
	{ sources }: PostgresView,
	ties: boolean,
): { readonly event: boolean; readonly takenIn: boolean } {
	const [only] = sources;
	if (!ties || sources.length !== 1 || only === undefined) return { event: false, takenIn: false };
	return { event: isNativeTime(only.parts.eventType), takenIn: only.parts.nativeTakenIn !== null };
}

/** All rows of the newest time of one source for the label `l`. */
function lookupTies(
	target: PostgresView,
	source: RowSource,
	known: Known,
	positions: readonly number[],
	native: ReturnType<typeof nativeTimes>,
): SQL {
	const { parts } = source;
	const fields = [
		sql`${native.event ? parts.event : eventMicros(parts)} AS e`,
		sql`${parts.deleted} AS d`,
		sql`${native.takenIn ? orNull(parts.nativeTakenIn, timestamp) : orNull(parts.takenIn, timestamp)} AS i`,
		...positions.map((f) => featureAt(target, source, f)),
	];
	return sql`SELECT ${sql.join(fields, sql`, `)} ${visibleRows(target, source, known)} ORDER BY ${parts.event} DESC FETCH FIRST 1 ROW WITH TIES`;
}

/** The newest row of one source for the label `l`, with all that rule 3 compares. */
function lookup(target: PostgresView, source: RowSource, known: Known): SQL {
	const { parts } = source;
	const fields = [
		sql`${eventMicros(parts)} AS e`,
		sql`${orNull(parts.created, timestamp)} AS c`,
		...parts.tieBreak.map((tie, t) => sql`${orNull(tie, target.tieBreakTypes[t] ?? timestamp)} AS ${sql.raw(`t${t}`)}`),
		sql`${orNull(parts.seq, int64)} AS s`,
		sql`${parts.deleted} AS d`,
		sql`${orNull(parts.takenIn, timestamp)} AS i`,
		...target.view.features.map((_, f) => featureAt(target, source, f)),
	];
	return sql`SELECT ${sql.join(fields, sql`, `)} ${visibleRows(target, source, known)} ORDER BY ${sql.join(newestOfSource(target, source), sql`, `)} LIMIT 1`;
}

const featureAt = ({ view }: PostgresView, { parts }: RowSource, f: number): SQL =>
	sql`${orNull(parts.features[f] ?? null, view.features[f]?.type ?? timestamp)} AS ${sql.raw(`f${f}`)}`;

/** FROM and WHERE of the rows that the label `l` can see. */
function visibleRows({ view }: PostgresView, source: RowSource, known: Known): SQL {
	const { parts } = source;
	const delay = delayOf(view);
	const until = delay === 0n ? sql.raw("l.ts") : sql`(l.ts - ${micros(delay)})`;
	const conditions = [
		...parts.keys.map((key, k) => sql`${key} = ${sql.raw(`l.k${k}`)}`),
		eventCompared(parts, "<=", until),
		...sourceConditions(source).slice(parts.keys.length),
	];
	if (parts.available !== null) conditions.push(sql`${parts.available} <= l.ts`);
	if (known.kind !== "event") {
		const by = known.kind === "at" ? micros(known.at) : sql.raw("l.ts");
		conditions.push(sql`${orNull(parts.takenIn, timestamp)} <= ${by}`);
	}
	return sql`FROM ${source.from} AS r WHERE ${sql.join(conditions, sql` AND `)}`;
}

/** Rule 3 within one source: by its own columns first, as the index has them. */
function newestOfSource(target: PostgresView, { parts, isLog }: RowSource): SQL[] {
	const order: SQL[] = [sql`${parts.event} DESC`];
	const add = (expression: SQL | null, type = timestamp): void => {
		if (expression !== null) order.push(sql`${ordered(expression, type)} DESC NULLS LAST`);
	};
	add(parts.created);
	for (const [t, tie] of parts.tieBreak.entries()) add(tie, target.tieBreakTypes[t]);
	add(parts.seq);
	// A sequence number leaves no tie.
	if (!isLog) for (const [f, feature] of parts.features.entries()) add(feature, target.view.features[f]?.type);
	return order;
}
