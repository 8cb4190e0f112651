/**
 * Rules 1 and 4 for an as-of join. With a delay alone, a row is visible a constant time after its event, which shifts the
 * bound. With an available or taken-in time of its own, a row becomes visible at the greatest of its times `v`, and what
 * is chosen at an instant is the greatest of all rows visible by then: the last of the running maxima in the order of `v`.
 */
import type { Known } from "../../ports/offline-engine.ts";
import { type DuckdbView, keyNames } from "./rows.ts";
import { bigint } from "./sql-text.ts";

const least = -(2n ** 62n);

/** Seconds after the event at which every row becomes available, as microseconds. */
const delayOf = ({ view }: DuckdbView): bigint =>
	view.availableTime?.kind === "delay" ? BigInt(view.availableTime.seconds) * 1_000_000n : 0n;

/** SQL of the instant at which a normalised row became visible: the greatest of those of its times that count. */
export function visibleFrom(target: DuckdbView, takenIn: boolean): string {
	const delay = delayOf(target);
	const times = [delay === 0n ? "e" : `e + ${bigint(delay)}`];
	if (target.columns.available !== null) times.push("a");
	if (takenIn) times.push("i");
	return times.length === 1 ? (times[0] ?? "e") : `greatest(${times.join(", ")})`;
}

/**
 * SQL that makes the table `into` (`k0…`, `ts`, `r`): for each of `asked` (`k0…`, `ts`, none of them null) that has one, the
 * struct of the row that is chosen among `rows`.
 */
export function chooseSql(target: DuckdbView, known: Known, asked: string, rows: string, into: string): string[] {
	const needsVisibility = target.columns.available !== null || known.kind === "atLabelTime";
	return needsVisibility
		? [chooseByVisibility(target, known, asked, rows, into)]
		: chooseByEvent(target, asked, rows, into);
}

/** The greatest event time first, of keys and times alone; the order among its rows matters to the few that are chosen. */
function chooseByEvent(target: DuckdbView, asked: string, rows: string, into: string): string[] {
	const keys = keyNames(target.view.joinKeys).join(", ");
	const delay = delayOf(target);
	const until = delay === 0n ? "l.ts" : `l.ts - ${bigint(delay)}`;
	return [
		`CREATE TEMP TABLE ${into}_times AS\nSELECT l.*, v.e\nFROM ${asked} AS l\n` +
			`ASOF JOIN (\nSELECT ${keys}, e FROM (\n${rows}\n)\n) AS v\nON ${onKeys(target)} AND ${until} >= v.e`,
		`CREATE TEMP TABLE ${into} AS\nSELECT ${keys}, ts, r FROM ${into}_times JOIN (\n` +
			`SELECT ${keys}, e, max(${target.order.struct}) AS r FROM (\n${rows}\n) SEMI JOIN ${into}_times USING (${keys}, e) GROUP BY ${keys}, e\n` +
			`) USING (${keys}, e)`,
	];
}

function chooseByVisibility(target: DuckdbView, known: Known, asked: string, rows: string, into: string): string {
	const keys = keyNames(target.view.joinKeys).join(", ");
	const { order } = target;
	const takenIn = known.kind === "atLabelTime";
	const counted = takenIn ? " WHERE i IS NOT NULL" : "";
	return (
		`CREATE TEMP TABLE ${into} AS\nSELECT l.*, v.o.r AS r\nFROM ${asked} AS l\nASOF JOIN (\n` +
		`SELECT ${keys}, {v: v, r: r} AS o FROM (\n` +
		`SELECT ${keys}, ${visibleFrom(target, takenIn)} AS v, ${order.struct} AS r FROM (\n${rows}\n)${counted}\n)\n` +
		`QUALIFY r = max(r) OVER (PARTITION BY ${keys} ORDER BY v, r ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)\n` +
		`) AS v\nON ${onKeys(target)} AND {v: l.ts + 1, r: ${order.bound(bigint(least))}} > v.o`
	);
}

const onKeys = ({ view }: DuckdbView): string => view.joinKeys.map((_, k) => `l.k${k} = v.k${k}`).join(" AND ");
