/**
 * `partial: true`: a pushed row says nothing of the features that it omits. The log keeps whole rows all the same: a row
 * is filled up with what its key had by rule 3's order, and rows that lie behind a late one and had taken something over
 * are written once more, corrected, with the times that they had. So every reader, online or as of an instant, reads
 * whole rows, and what was known at an instant stays as it was.
 */
import type { LogRow, PartialColumns } from "../ports/offline-log.ts";
import { compareValues } from "../values/compare.ts";
import { sameValue } from "../values/same-value.ts";
import { type Column, scalar, type ValueType } from "../values/type.ts";
import type { Value } from "../values/value.ts";

/** A row of the log with the features that it omitted, as positions. */
export interface PartialRow extends LogRow {
	readonly omitted: readonly number[];
}

/** All rows of one key that matter: those stored from the newest before the earliest pushed one on, and those pushed. */
export interface PartialKey<Pushed extends PartialRow = PartialRow> {
	readonly stored: readonly (PartialRow & { readonly seq: bigint })[];
	/** In the order in which they will be appended. */
	readonly pushed: readonly Pushed[];
}

export interface FilledKey<Pushed extends PartialRow = PartialRow> {
	/** The pushed rows, filled up; in their order. */
	readonly filled: readonly Pushed[];
	/** Stored rows as they are to be written once more. */
	readonly corrected: readonly PartialRow[];
}

interface Placed<Pushed> {
	readonly row: PartialRow;
	readonly seq: bigint | null;
	/** Place among the pushed rows. */
	readonly pushed: { readonly row: Pushed; readonly at: number } | null;
}

export function fillPartialRows<Pushed extends PartialRow>(
	columns: PartialColumns,
	types: readonly Column[],
	{ stored, pushed }: PartialKey<Pushed>,
): FilledKey<Pushed> {
	const placed: Placed<Pushed>[] = [
		...stored.map((row) => ({ row, seq: row.seq, pushed: null })),
		...pushed.map((row, at) => ({ row, seq: null, pushed: { row, at } })),
	];
	placed.sort((a, b) => compareOrder(columns, types, a, b));
	const filled = new Array<Pushed>(pushed.length);
	const corrected: PartialRow[] = [];
	let held: readonly Value[] = columns.features.map(() => null);
	let isBase = true;
	for (const [place, { row, pushed: own }] of placed.entries()) {
		isBase &&= own === null;
		const omitted = isBase || row.deleted ? [] : row.omitted;
		const values = [...row.values];
		for (const [f, position] of columns.features.entries()) {
			if (omitted.includes(position)) values[position] = held[f] ?? null;
		}
		held = columns.features.map((position) => values[position] ?? null);
		if (own !== null) {
			filled[own.at] = { ...own.row, values };
			continue;
		}
		// Of rows equal in every time and tie-break the last alone is seen.
		const next = placed[place + 1];
		const isSeen = next === undefined || compareTimes(columns, types, row, next.row) !== 0;
		if (isSeen && omitted.some((position) => !sameValue(row.values[position] ?? null, values[position] ?? null)))
			corrected.push({ ...row, values });
	}
	return { filled, corrected };
}

const int64: ValueType = scalar("INT64");

function compareOrder(
	columns: PartialColumns,
	types: readonly Column[],
	a: Placed<unknown>,
	b: Placed<unknown>,
): number {
	const times = compareTimes(columns, types, a.row, b.row);
	if (times !== 0) return times;
	if (a.pushed !== null && b.pushed !== null) return a.pushed.at - b.pushed.at;
	// A pushed row gets a number behind all that are there.
	if (a.pushed !== null) return 1;
	return b.pushed !== null ? -1 : compareValues(a.seq, b.seq, int64);
}

function compareTimes({ order }: PartialColumns, types: readonly Column[], a: LogRow, b: LogRow): number {
	for (const position of order) {
		const { type } = types[position] as Column;
		const compared = compareValues(a.values[position] ?? null, b.values[position] ?? null, type);
		if (compared !== 0) return compared;
	}
	return 0;
}
