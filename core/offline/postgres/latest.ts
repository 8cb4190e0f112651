/** The newest row of each key, for materialization, and the newest of all, for freshness. */
import { type SQL, sql } from "drizzle-orm";
import type { LatestRequest } from "../../ports/offline-engine.ts";
import { micros, newestFirst, type PostgresView, plainRows } from "./rows.ts";
import { ordered, plainType } from "./types.ts";

/** Plain values in the order of `latestColumns`, by key. `afterKey` as text of plain values. */
export function latestSql(
	target: PostgresView,
	{ from, to, eventRange }: Pick<LatestRequest, "from" | "to" | "eventRange">,
	afterKey: readonly string[] | null,
): SQL {
	const { view } = target;
	const rows = plainRows(target, { from: eventRange?.start ?? null, to: eventRange?.end ?? to });
	const keys = view.joinKeys.map(({ type }, k) => ordered(sql.raw(`k${k}`), type));
	const conditions = [sql`v <= ${micros(to)}`];
	if (from !== null) conditions.push(sql`v > ${micros(from)}`);
	if (afterKey !== null) {
		const values = view.joinKeys.map(({ type }, k) =>
			ordered(sql`${afterKey[k] ?? null}::text::${plainType(type)}`, type),
		);
		conditions.push(sql`(${sql.join(keys, sql`, `)}) > (${sql.join(values, sql`, `)})`);
	}
	const outputs = [
		...view.joinKeys.map((_, k) => `k${k}`),
		...view.features.map((_, f) => `f${f}`),
		"e",
		"c",
		...target.tieBreakTypes.map((_, t) => `t${t}`),
		"s",
		"d",
	];
	return sql`SELECT DISTINCT ON (${sql.join(keys, sql`, `)}) ${sql.raw(outputs.join(", "))} FROM (${rows}) AS x WHERE ${sql.join(conditions, sql` AND `)} ORDER BY ${sql.join(keys, sql`, `)}, ${newestFirst(target)}`;
}

export function newestSql(target: PostgresView, now: bigint): SQL {
	const rows = plainRows(target, { from: null, to: now });
	return sql`SELECT max(e), max(v) FROM (${rows}) AS x WHERE NOT d AND v <= ${micros(now)}`;
}
