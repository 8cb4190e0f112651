/**
 * Rules 1 and 4 for an as-of join. With a delay alone, a row is visible a constant time after its event, which shifts the
 * bound. With an available or taken-in time of its own, a row becomes visible at the greatest of its times `v`, and what
 * is chosen at an instant is the greatest of all rows visible by then: the last of the running maxima in the order of `v`.
 */
import type { Known } from "../../ports/offline-engine.ts";
import type { RowBounds } from "./rows.ts";
import { type DuckdbView, keyNames, viewRows } from "./rows.ts";
import { bigint } from "./sql-text.ts";

const least = -(2n ** 62n);

export interface Candidates {
	/** SELECT of keys and the ordering value `o`. */
	readonly sql: string;
	/** SQL that is greater than `o` of exactly the rows that can be chosen at the label time `at`. */
	bound(at: string): string;
	/** SQL of the row's struct within `o`. */
	row(o: string): string;
}

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

export function candidates(target: DuckdbView, bounds: RowBounds): Candidates {
	const keys = keyNames(target.view.joinKeys).join(", ");
	const { order } = target;
	const rows = viewRows(target, bounds);
	if (!needsVisibility(target, bounds.known)) {
		const delay = delayOf(target);
		return {
			sql: `SELECT ${keys}, ${order.struct} AS o FROM (\n${rows}\n)`,
			bound: (at) => order.bound(delay === 0n ? at : `(${at} - ${bigint(delay)})`),
			row: (o) => o,
		};
	}
	const takenIn = bounds.known.kind === "atLabelTime";
	const known = takenIn ? " WHERE i IS NOT NULL" : "";
	const sql =
		`SELECT ${keys}, {v: v, r: r} AS o FROM (\n` +
		`SELECT ${keys}, ${visibleFrom(target, takenIn)} AS v, ${order.struct} AS r FROM (\n${rows}\n)${known}\n)\n` +
		`QUALIFY r = max(r) OVER (PARTITION BY ${keys} ORDER BY v, r ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)`;
	return {
		sql,
		bound: (at) => `{v: coalesce(${at} + 1, ${bigint(least)}), r: ${order.bound(bigint(least))}}`,
		row: (o) => `${o}.r`,
	};
}

const needsVisibility = (target: DuckdbView, known: Known): boolean =>
	target.columns.available !== null || known.kind === "atLabelTime";
