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
import { ordered, plainType } from "./types.ts";

/** Labels as SQL that yields them sorted: `n`, `k0…` (plain) and `ts`. */
export type AskedLabels = SQL;

/** Labels as array literals of text; their order is kept. */
export function askedLabels(keys: readonly Column[], keyTexts: readonly string[], times: string): AskedLabels {
	const names = [...keys.map((_, k) => `k${k}`), "ts", "n"];
	const arrays = [...keyTexts.map((text) => `${literal(text)}::text[]`), `${literal(times)}::bigint[]`];
	const fields = keys.map(({ type }, k) => sql`${sql.raw(`u.k${k}`)}::${plainType(type)} AS ${sql.raw(`k${k}`)}`);
	return sql`SELECT ${sql.join([sql.raw("u.n::integer AS n"), ...fields, sql.raw("u.ts")], sql`, `)} FROM unnest(${sql.raw(arrays.join(", "))}) WITH ORDINALITY AS u(${sql.raw(names.join(", "))})`;
}

const literal = (text: string): string =>
	text.includes("\\")
		? ` E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`
		: `'${text.replaceAll("'", "''")}'`;

/**
 * For each label that has one, its newest visible row: `n`, `e`, `d`, `i` and the features at these positions. `ties`: all
 * rows of the newest time, in no order, which an index alone can tell; otherwise the one that rule 3 chooses among them.
 */
export function pointInTimeSql(
	target: PostgresView,
	positions: readonly number[],
	known: Known,
	labels: AskedLabels,
	ties: boolean,
): SQL {
	const order = ties ? sql.raw("e DESC") : newestFirst(target);
	const limit = sql.raw(ties ? "FETCH FIRST 1 ROW WITH TIES" : "LIMIT 1");
	const lookups = target.sources.map((source) => sql`(${lookup(target, source, known, ties ? positions : null)})`);
	const [only] = lookups;
	const newest =
		ties && lookups.length === 1 && only !== undefined
			? only
			: sql`(SELECT * FROM (${sql.join(lookups, sql` UNION ALL `)}) AS y ORDER BY ${order} ${limit})`;
	const outputs = ["l.n", "x.e", "x.d", "x.i", ...positions.map((f) => `x.f${f}`)];
	return sql`SELECT ${sql.raw(outputs.join(", "))} FROM (${labels}) AS l CROSS JOIN LATERAL ${newest} AS x`;
}

/** The newest row of one source for the label `l`; all rows of the newest time where only these `positions` are wanted. */
function lookup(target: PostgresView, source: RowSource, known: Known, positions: readonly number[] | null): SQL {
	const { view } = target;
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
	const featureAt = (f: number): SQL =>
		sql`${orNull(parts.features[f] ?? null, view.features[f]?.type ?? timestamp)} AS ${sql.raw(`f${f}`)}`;
	const takenIn = sql`${orNull(parts.takenIn, timestamp)} AS i`;
	const rows = sql`FROM ${source.from} AS r WHERE ${sql.join(conditions, sql` AND `)}`;
	if (positions !== null) {
		const wanted = [sql`${eventMicros(parts)} AS e`, sql`${parts.deleted} AS d`, takenIn, ...positions.map(featureAt)];
		return sql`SELECT ${sql.join(wanted, sql`, `)} ${rows} ORDER BY ${parts.event} DESC FETCH FIRST 1 ROW WITH TIES`;
	}
	const fields = [
		sql`${eventMicros(parts)} AS e`,
		sql`${orNull(parts.created, timestamp)} AS c`,
		...parts.tieBreak.map((tie, t) => sql`${orNull(tie, target.tieBreakTypes[t] ?? timestamp)} AS ${sql.raw(`t${t}`)}`),
		sql`${orNull(parts.seq, int64)} AS s`,
		sql`${parts.deleted} AS d`,
		takenIn,
		...view.features.map((_, f) => featureAt(f)),
	];
	return sql`SELECT ${sql.join(fields, sql`, `)} ${rows} ORDER BY ${sql.join(newestOfSource(target, source), sql`, `)} LIMIT 1`;
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
