/** Rules 1 and 4: from when a row can be chosen. */
import type { Known } from "../../ports/offline-engine.ts";
import type { DuckdbView } from "./rows.ts";
import { bigint } from "./sql-text.ts";

/** Seconds after the event at which every row becomes available, as microseconds. */
export const delayOf = ({ view }: Pick<DuckdbView, "view">): bigint =>
	view.availableTime?.kind === "delay" ? BigInt(view.availableTime.seconds) * 1_000_000n : 0n;

/** SQL of the instant at which a normalised row became visible: the greatest of those of its times that count. */
export function visibleFrom(target: DuckdbView, takenIn: boolean): string {
	const delay = delayOf(target);
	const times = [delay === 0n ? "e" : `e + ${bigint(delay)}`];
	if (target.columns.available !== null) times.push("a");
	if (takenIn) times.push("i");
	return times.length === 1 ? (times[0] ?? "e") : `greatest(${times.join(", ")})`;
}

/** Whether rows become visible at times of their own, so that the newest event is not the newest visible one. */
export const hasOwnVisibility = ({ columns }: DuckdbView, known: Known): boolean =>
	columns.available !== null || known.kind === "atLabelTime";
