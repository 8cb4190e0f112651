/**
 * The as-of join of one chunk of labels: sorted by key and time, each looks its row up by the index of keys and event
 * time (LATERAL … LIMIT 1). No lower bound is needed: what is found first is the newest visible row, and the ttl then
 * tells whether it is too old.
 */
import { type SQL, sql } from "drizzle-orm";
import type { Known } from "../../ports/offline-engine.ts";
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

/**
 * `ids` and `times` are int and bigint arrays, `keys` text arrays of plain values. Results: `id`, the wanted features, `e`
 * and `d`, of labels that have a visible row, in any order.
 */
export function pointInTimeSql(
	target: PostgresView,
	features: readonly string[],
	known: Known,
	labels: { readonly ids: SQL; readonly keys: readonly SQL[]; readonly times: SQL },
): SQL {
	const { view } = target;
	const names = ["id", ...view.joinKeys.map((_, k) => `k${k}`), "ts"];
	const arrays = [labels.ids, ...labels.keys, labels.times];
	const keys = view.joinKeys.map(
		({ type }, k) => sql`${sql.raw(`u.k${k}`)}::${plainType(type)} AS ${sql.raw(`k${k}`)}`,
	);
	const sortKeys = view.joinKeys.map(({ type }, k) => ordered(sql.raw(`k${k}`), type));
	const lookups = target.sources.map((source) => sql`(${lookup(target, source, known)})`);
	const outputs = features.map((feature) => sql.raw(`x.f${view.features.findIndex(({ name }) => name === feature)}`));
	return sql`SELECT ${sql.join([sql.raw("l.id"), ...outputs, sql.raw("x.e"), sql.raw("x.d")], sql`, `)}
FROM (SELECT u.id, ${sql.join(keys, sql`, `)}, u.ts FROM unnest(${sql.join(arrays, sql`, `)}) AS u(${sql.raw(names.join(", "))}) ORDER BY ${sql.join([...sortKeys, sql.raw("ts")], sql`, `)}) AS l
CROSS JOIN LATERAL (SELECT * FROM (${sql.join(lookups, sql` UNION ALL `)}) AS y ORDER BY ${newestFirst(target)} LIMIT 1) AS x`;
}

/** The newest row of one source for the label `l`. */
function lookup(target: PostgresView, source: RowSource, known: Known): SQL {
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
	const fields = [
		sql`${eventMicros(parts)} AS e`,
		sql`${orNull(parts.created, timestamp)} AS c`,
		...parts.tieBreak.map((tie, t) => sql`${orNull(tie, target.tieBreakTypes[t] ?? timestamp)} AS ${sql.raw(`t${t}`)}`),
		sql`${orNull(parts.seq, int64)} AS s`,
		sql`${parts.deleted} AS d`,
		...parts.features.map(
			(feature, f) => sql`${orNull(feature, view.features[f]?.type ?? timestamp)} AS ${sql.raw(`f${f}`)}`,
		),
	];
	return sql`SELECT ${sql.join(fields, sql`, `)} FROM ${source.from} AS r WHERE ${sql.join(conditions, sql` AND `)} ORDER BY ${sql.join(newestOfSource(target, source), sql`, `)} LIMIT 1`;
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
