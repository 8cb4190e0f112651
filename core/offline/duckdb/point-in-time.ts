/**
 * The as-of join of labels and the rows of one view. Labels lie in the table `labels`: `id`, the keys of each look-up
 * (`l0k0…`) and `ts`, plain. What the look-ups ask for is answered once for each key and time, from rows that are computed
 * once; row ids restore the order that the join scrambles.
 */
import type { Known, Lookup } from "../../ports/offline-engine.ts";
import type { Micros } from "../../values/value.ts";
import { areRowsPruned, type DuckdbView, keyNames, storedRows, storeRowsSql, viewRows } from "./rows.ts";
import { bigint } from "./sql-text.ts";
import { chooseSql } from "./visibility.ts";

/** Column of `labels` that holds a key of a look-up. */
export const labelKey = (lookup: number, key: number): string => `l${lookup}k${key}`;

/** Statements to be run in order. */
export interface PointInTimePlan {
	/** Make the table `chosen` (`k0…`, `ts`, `r`): the row of each key and time that has one within the bounds. */
	readonly choose: readonly string[];
	/** What has to be looked up once more, where a ttl bounds what is read. */
	readonly older: OlderPlan | null;
	/** The results, in the order of the labels: for each look-up its features, event time, status. */
	readonly result: string;
}

/** A key without a row in the window of its time may have an older one, which makes it OUTSIDE_MAX_AGE. */
export interface OlderPlan {
	/** Makes the table `missed`, of such keys and times. */
	readonly findMisses: string;
	/** Make the table `older` (as `chosen`): the newest visible row beyond the bounds. */
	readonly choose: readonly string[];
	/** Makes `older` where nothing was missed. */
	readonly none: string;
}

export function pointInTimePlan(
	target: DuckdbView,
	lookups: readonly Lookup[],
	known: Known,
	labelTimes: { readonly min: Micros; readonly max: Micros },
): PointInTimePlan {
	const ask = askSql(target, lookups.length);
	if (!areRowsPruned(target)) {
		const store = storeRowsSql(target, { from: null, to: labelTimes.max, known });
		const choose = chooseSql(target, known, "asked", storedRows(target), "chosen");
		return {
			choose: [ask, store, ...choose, "DROP TABLE rows"],
			older: null,
			result: resultSql(target, lookups, false),
		};
	}
	const ttl = target.view.ttlMicros;
	// Constant bounds let whole row groups of a file be skipped.
	const oldest = ttl === null ? null : labelTimes.min - ttl;
	const rows = viewRows(target, { from: oldest, to: labelTimes.max, known });
	return {
		choose: [ask, ...chooseSql(target, known, "asked", rows, "chosen")],
		older: oldest === null ? null : olderPlan(target, known, oldest),
		result: resultSql(target, lookups, oldest !== null),
	};
}

/** Makes the table `asked` (`k0…`, `ts`): what all look-ups together want to know, each once. */
function askSql({ view }: DuckdbView, lookupCount: number): string {
	const asks = Array.from(
		{ length: lookupCount },
		(_, l) => `SELECT ${view.joinKeys.map((_key, k) => `${labelKey(l, k)} AS k${k}, `).join("")}ts FROM labels`,
	);
	const present = [...keyNames(view.joinKeys), "ts"].map((name) => `${name} IS NOT NULL`).join(" AND ");
	return `CREATE TEMP TABLE asked AS\nSELECT DISTINCT * FROM (\n${asks.join("\nUNION ALL\n")}\n) WHERE ${present}`;
}

function olderPlan(target: DuckdbView, known: Known, oldest: Micros): OlderPlan {
	const keys = keyNames(target.view.joinKeys).join(", ");
	const rows = viewRows(target, { from: null, to: oldest - 1n, known });
	return {
		findMisses: `CREATE TEMP TABLE missed AS\nSELECT * FROM asked ANTI JOIN chosen USING (${keys}, ts)`,
		choose: chooseSql(target, known, "missed", `SELECT * FROM (\n${rows}\n) SEMI JOIN missed USING (${keys})`, "older"),
		none: "CREATE TEMP TABLE older AS FROM chosen WHERE false",
	};
}

function resultSql(target: DuckdbView, lookups: readonly Lookup[], hasOlder: boolean): string {
	const { view, order } = target;
	const keys = keyNames(view.joinKeys);
	const wanted = view.features.flatMap(({ name }, f) =>
		lookups.some(({ features }) => features.includes(name)) ? [f] : [],
	);
	const expired = view.ttlMicros === null ? "false" : `r.e < ts - ${bigint(view.ttlMicros)}`;
	const features = wanted.map((f) => `, CASE WHEN NOT (${expired}) THEN ${order.field("r", `f${f}`)} END AS f${f}`);
	const found = hasOlder ? "(FROM chosen UNION ALL FROM older)" : "chosen";
	const answers =
		`SELECT ${keys.join(", ")}, ts, r.e AS event, CASE WHEN ${expired} THEN 'OUTSIDE_MAX_AGE' ELSE 'PRESENT' END AS status${features.join("")}\n` +
		`FROM ${found} WHERE NOT r.d`;
	const outputs = lookups.flatMap((lookup, l) => [
		...lookup.features.map((feature) => `a${l}.f${view.features.findIndex(({ name }) => name === feature)}`),
		`a${l}.event`,
		`coalesce(a${l}.status, 'NOT_FOUND')`,
	]);
	const joins = lookups.map((_, l) => {
		const on = keys.map((key, k) => `labels.${labelKey(l, k)} = a${l}.${key}`);
		return `\nLEFT JOIN answers AS a${l} ON ${[...on, `labels.ts = a${l}.ts`].join(" AND ")}`;
	});
	return `WITH answers AS MATERIALIZED (\n${answers}\n)\nSELECT ${outputs.join(", ")}\nFROM labels${joins.join("")}\nORDER BY labels.id`;
}
