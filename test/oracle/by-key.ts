/**
 * The oracle over many keys and rows: the rows of each key stand newest first, so that the first visible one is the one that the
 * naive oracle finds among all of them. What a label makes of it, the naive oracle says. Not for partial views.
 */
import type { Known } from "../../core/ports/offline-engine.ts";
import type { Value } from "../../core/values/value.ts";
import {
	compareRows,
	isVisible,
	type OracleAnswer,
	type OracleLabel,
	type OracleRow,
	type OracleView,
	pointInTimeOracle,
} from "./point-in-time.ts";

export function pointInTimeByKey(
	view: OracleView,
	rows: readonly OracleRow[],
	labels: readonly OracleLabel[],
	known: Known,
): OracleAnswer[] {
	if (rows.some(({ omitted }) => omitted !== undefined)) throw new Error("What a row omits, an older one says.");
	const rowsOf = Map.groupBy(rows, ({ keys }) => keyText(keys));
	for (const own of rowsOf.values()) own.sort((a, b) => newestFirst(view, a, b));
	return labels.flatMap((label) => {
		const { keys, ts } = label;
		const own = ts === null ? [] : (rowsOf.get(keyText(keys)) ?? []);
		const newest = own.find((row) => ts !== null && isVisible(view, row, ts, known));
		return pointInTimeOracle(view, newest === undefined ? [] : [newest], [label], known);
	});
}

/** Most rows differ in their event time, and need no more to be told apart. */
function newestFirst(view: OracleView, a: OracleRow, b: OracleRow): number {
	if (a.event === null || b.event === null || a.event === b.event) return compareRows(view, b, a);
	return a.event < b.event ? 1 : -1;
}

const keyText = (keys: readonly Value[]): string =>
	JSON.stringify(keys.map((key) => (typeof key === "bigint" ? key.toString() : key)));
