/**
 * The as-of join of labels and the rows of one view. Labels lie in the table `labels`: `id`, `k0…` and `ts`, plain.
 * ASOF on the whole order of rule 3 (DuckDB picks any row among ties), the ttl as a projection, and row ids to restore
 * the order that the join scrambles.
 */
import type { Known } from "../../ports/offline-engine.ts";
import type { Micros } from "../../values/value.ts";
import { type DuckdbView, keyNames } from "./rows.ts";
import { bigint } from "./sql-text.ts";
import { candidates } from "./visibility.ts";

export interface PointInTimePlan {
	/** Makes the table `chosen` (`id`, `r`): the row of each label that has one within the bounds. */
	readonly choose: string;
	/** With a ttl, what has to be looked up once more. */
	readonly older: OlderPlan | null;
	/** The results, in the order of the labels: features, event time, status. */
	readonly result: string;
}

/** A label without a row in its window may have an older one, which makes it OUTSIDE_MAX_AGE. */
export interface OlderPlan {
	/** Makes the table `missed`, of such labels. */
	readonly findMisses: string;
	/** Makes the table `older` (`id`, `e`, `d`): the newest visible row beyond the bounds. */
	readonly choose: string;
	/** Makes `older` where no label was missed. */
	readonly none: string;
}

export function pointInTimePlan(
	target: DuckdbView,
	features: readonly string[],
	known: Known,
	labelTimes: { readonly min: Micros; readonly max: Micros },
): PointInTimePlan {
	const { view, order } = target;
	const ttl = view.ttlMicros;
	// Constant bounds let whole row groups of a file be skipped.
	const oldest = ttl === null ? null : labelTimes.min - ttl;
	const within = candidates(target, { from: oldest, to: labelTimes.max, known });
	const onKeys = view.joinKeys.map((_, k) => `l.k${k} = v.k${k}`).join(" AND ");

	const choose =
		`CREATE TEMP TABLE chosen AS\nSELECT l.id, ${within.row("v.o")} AS r\nFROM labels AS l\n` +
		`ASOF JOIN (\n${within.sql}\n) AS v\nON ${onKeys} AND ${within.bound("l.ts")} > v.o`;

	const expired = ttl === null ? "false" : `c.r.e < l.ts - ${bigint(ttl)}`;
	const outputs = features.map((feature, index) => {
		const f = view.features.findIndex(({ name }) => name === feature);
		return `CASE WHEN present THEN ${order.field("r", `f${f}`)} END AS o${index}`;
	});
	const older = ttl === null ? "" : "\nLEFT JOIN older AS p ON l.id = p.id";
	const olderEvent = ttl === null ? "" : "WHEN NOT p.d THEN p.e ";
	const olderStatus = ttl === null ? "" : "WHEN NOT p.d THEN 'OUTSIDE_MAX_AGE' ";
	const result =
		`SELECT ${[...outputs, "event", "status"].join(", ")} FROM (\n` +
		`SELECT l.id, c.r, NOT c.r.d AND NOT ${expired} AS present,\n` +
		`CASE WHEN NOT c.r.d THEN c.r.e ${olderEvent}END AS event,\n` +
		`CASE WHEN NOT c.r.d AND ${expired} THEN 'OUTSIDE_MAX_AGE' WHEN NOT c.r.d THEN 'PRESENT' ${olderStatus}ELSE 'NOT_FOUND' END AS status\n` +
		`FROM labels AS l\nLEFT JOIN chosen AS c ON l.id = c.id${older}\n) ORDER BY id`;
	return { choose, result, older: oldest === null ? null : olderPlan(target, known, oldest, onKeys) };
}

function olderPlan(target: DuckdbView, known: Known, oldest: Micros, onKeys: string): OlderPlan {
	const beyond = candidates(target, { from: null, to: oldest - 1n, known });
	const row = beyond.row("v.o");
	return {
		findMisses:
			"CREATE TEMP TABLE missed AS\n" +
			"SELECT l.* FROM labels AS l WHERE l.ts IS NOT NULL AND NOT EXISTS (FROM chosen AS c WHERE c.id = l.id)",
		choose:
			`CREATE TEMP TABLE older AS\nSELECT l.id, ${row}.e AS e, ${row}.d AS d\nFROM missed AS l\nASOF JOIN (\n` +
			`SELECT * FROM (\n${beyond.sql}\n) SEMI JOIN missed USING (${keyNames(target.view.joinKeys).join(", ")})\n` +
			`) AS v\nON ${onKeys} AND ${beyond.bound("l.ts")} > v.o`,
		none: "CREATE TEMP TABLE older (id BIGINT, e BIGINT, d BOOLEAN)",
	};
}
