/** The newest row of each key, for materialization: of its rows with the greatest event time, the greatest struct of rule 3. */
import { FeaturegraphError } from "../../errors/featuregraph-error.ts";
import type { LatestRequest } from "../../ports/offline-engine.ts";
import type { ScalarType } from "../../values/type.ts";
import type { ScalarValue } from "../../values/value.ts";
import { type DuckdbView, keyNames, viewRows } from "./rows.ts";
import { bigint, text } from "./sql-text.ts";
import { visibleFrom } from "./visibility.ts";

/** Plain values in the order of `latestColumns`, ordered by key. */
export function latestSql(target: DuckdbView, { from, to, eventRange, afterKey }: LatestRequest): string {
	const { view, order } = target;
	const keys = keyNames(view.joinKeys);
	const rows = viewRows(target, {
		from: eventRange?.start ?? null,
		to: eventRange?.end ?? null,
		known: { kind: "event" },
	});
	const conditions = [`v <= ${bigint(to)}`];
	if (from !== null) conditions.push(`v > ${bigint(from)}`);
	if (afterKey !== null) conditions.push(behind(target, afterKey));
	const features = view.features.map((_, f) => `f${f}`);
	const ties = target.tieBreakTypes.map((_, t) => `t${t}`);
	const names = [...features, "e", "c", ...ties, "s", "d"];
	const chosen = names.map((name) => `${order.field("r", name)} AS ${name}`);
	const by = keys.join(", ");
	// Few keys have several rows of their greatest event time: for these alone is the whole order looked at, as structs that
	// cost ten times as much as the columns that they are made of.
	return (
		`WITH known AS MATERIALIZED (\nSELECT * FROM (SELECT *, ${visibleFrom(target, true)} AS v FROM (\n${rows}\n)) ` +
		`WHERE ${conditions.join(" AND ")}\n),\nlatest AS (SELECT * FROM known SEMI JOIN (SELECT ${by}, max(e) AS e FROM known GROUP BY ${by}) USING (${by}, e)),\n` +
		`tied AS (SELECT ${by} FROM latest GROUP BY ${by} HAVING count(*) > 1)\n` +
		`SELECT ${[...keys, ...names].join(", ")} FROM (\n` +
		`SELECT ${[...keys, ...names].join(", ")} FROM latest ANTI JOIN tied USING (${by})\nUNION ALL\n` +
		`SELECT ${[...keys, ...chosen].join(", ")} FROM (SELECT ${by}, max(${order.struct}) AS r FROM latest SEMI JOIN tied USING (${by}) GROUP BY ${by})\n` +
		`) ORDER BY ${by}`
	);
}

/** Greatest event time and greatest time at which a row became known, of the rows visible at `now`. */
export function newestSql(target: DuckdbView, now: bigint): string {
	const rows = viewRows(target, { from: null, to: now, known: { kind: "event" } });
	return `SELECT max(e), max(v) FROM (SELECT e, d, ${visibleFrom(target, true)} AS v FROM (\n${rows}\n)) WHERE NOT d AND v <= ${bigint(now)}`;
}

/** Keys that come after `afterKey`, compared column by column. */
function behind({ view }: DuckdbView, afterKey: readonly unknown[]): string {
	const literals = view.joinKeys.map(({ type }, k) => keyLiteral(afterKey[k] as ScalarValue, type.scalar));
	return `(${literals
		.map((literal, k) =>
			[...literals.slice(0, k).map((equal, j) => `k${j} = ${equal}`), `k${k} > ${literal}`].join(" AND "),
		)
		.map((alternative) => `(${alternative})`)
		.join(" OR ")})`;
}

function keyLiteral(value: ScalarValue, type: ScalarType): string {
	switch (type) {
		case "BOOL":
			return value === true ? "true" : "false";
		case "INT32":
		case "DATE":
			return `CAST(${Number(value)} AS INTEGER)`;
		case "INT64":
		case "TIMESTAMP":
			return bigint(value as bigint);
		case "FLOAT32":
		case "FLOAT64":
			return `CAST(${text(String(value))} AS DOUBLE)`;
		case "STRING":
			return text(String(value));
		case "BYTES":
			return `from_hex(${text(Buffer.from(value as Uint8Array).toString("hex"))})`;
		case "JSON":
			throw new FeaturegraphError("INVALID_TYPE", "JSON cannot be a join key.");
	}
}
