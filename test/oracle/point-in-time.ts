/**
 * Point-in-time truth as plainly as the rules read (docs: twelve semantics, rules 1 to 6 and 9), over arrays, with no
 * thought of speed: what every engine's answers are compared with.
 */

import type { Known } from "../../core/ports/offline-engine.ts";
import { compareValues } from "../../core/values/compare.ts";
import { scalar, type ValueType } from "../../core/values/type.ts";
import type { Micros, Value } from "../../core/values/value.ts";

export interface OracleRow {
	readonly keys: readonly Value[];
	readonly event: Micros | null;
	readonly created: Micros | null;
	readonly available: Micros | null;
	readonly tieBreak: readonly Value[];
	/** Of rows of the log alone. */
	readonly seq: bigint | null;
	readonly ingested: Micros | null;
	readonly deleted: boolean;
	readonly features: readonly Value[];
	/** Of partial views: the features that the row says nothing of. */
	readonly omitted?: readonly boolean[];
}

export interface OracleView {
	readonly keyTypes: readonly ValueType[];
	readonly featureTypes: readonly ValueType[];
	readonly tieBreakTypes: readonly ValueType[];
	readonly ttl: Micros | null;
	readonly available:
		| { readonly kind: "none" }
		| { readonly kind: "column" }
		| { readonly kind: "delay"; readonly micros: Micros };
}

export interface OracleLabel {
	readonly keys: readonly Value[];
	readonly ts: Micros | null;
}

export interface OracleAnswer {
	readonly status: "PRESENT" | "NOT_FOUND" | "OUTSIDE_MAX_AGE";
	readonly event: Micros | null;
	readonly features: readonly Value[];
}

const timestamp = scalar("TIMESTAMP");

/** Rule 3: negative when `a` is older than `b`. */
export function compareRows(view: OracleView, a: OracleRow, b: OracleRow): number {
	const pairs: [Value, Value, ValueType][] = [
		[a.event, b.event, timestamp],
		[a.created, b.created, timestamp],
		...view.tieBreakTypes.map((type, i): [Value, Value, ValueType] => [
			a.tieBreak[i] ?? null,
			b.tieBreak[i] ?? null,
			type,
		]),
		[a.seq, b.seq, scalar("INT64")],
		...view.featureTypes.map((type, i): [Value, Value, ValueType] => [
			a.features[i] ?? null,
			b.features[i] ?? null,
			type,
		]),
	];
	for (const [left, right, type] of pairs) {
		const order = compareValues(left, right, type);
		if (order !== 0) return order;
	}
	return 0;
}

export function sameKeys(view: OracleView, a: readonly Value[], b: readonly Value[]): boolean {
	return view.keyTypes.every((type, i) => {
		const left = a[i] ?? null;
		const right = b[i] ?? null;
		return left !== null && right !== null && compareValues(left, right, type) === 0;
	});
}

const takenIn = (row: OracleRow): Micros | null => row.ingested ?? row.created;

/** Rules 1 and 4. */
export function isVisible(view: OracleView, row: OracleRow, ts: Micros, known: Known): boolean {
	if (row.event === null || row.event > ts) return false;
	if (view.available.kind === "column" && (row.available === null || row.available > ts)) return false;
	if (view.available.kind === "delay" && row.event + view.available.micros > ts) return false;
	if (known.kind === "event") return true;
	const by = known.kind === "at" ? known.at : ts;
	const taken = takenIn(row);
	return taken !== null && taken <= by;
}

function newest(view: OracleView, rows: readonly OracleRow[]): OracleRow | undefined {
	let best: OracleRow | undefined;
	for (const row of rows) if (best === undefined || compareRows(view, row, best) > 0) best = row;
	return best;
}

export function pointInTimeOracle(
	view: OracleView,
	rows: readonly OracleRow[],
	labels: readonly OracleLabel[],
	known: Known,
): OracleAnswer[] {
	const nothing = view.featureTypes.map(() => null);
	return labels.map(({ keys, ts }) => {
		if (ts === null) return { status: "NOT_FOUND", event: null, features: nothing };
		const seen = rows.filter(
			(candidate) => sameKeys(view, candidate.keys, keys) && isVisible(view, candidate, ts, known),
		);
		const row = newest(view, seen);
		if (row === undefined || row.event === null || row.deleted)
			return { status: "NOT_FOUND", event: null, features: nothing };
		if (view.ttl !== null && row.event < ts - view.ttl) {
			return { status: "OUTSIDE_MAX_AGE", event: row.event, features: nothing };
		}
		const features = view.featureTypes.map((_, i) => spoken(view, seen, i));
		return { status: "PRESENT", event: row.event, features };
	});
}

/** What the newest row says that says something of the feature; a deletion says null. */
function spoken(view: OracleView, rows: readonly OracleRow[], feature: number): Value {
	const row = newest(
		view,
		rows.filter(({ omitted, deleted }) => deleted || omitted?.[feature] !== true),
	);
	return row?.features[feature] ?? null;
}

/** The newest row of each key among those that became known in (from, to], ordered by key. */
export function latestOracle(
	view: OracleView,
	rows: readonly OracleRow[],
	{ from, to, eventRange }: { from: Micros | null; to: Micros; eventRange: { start: Micros; end: Micros } | null },
): OracleRow[] {
	const inRange = rows.filter((row) => {
		if (row.event === null || row.keys.includes(null)) return false;
		if (eventRange !== null && (row.event < eventRange.start || row.event > eventRange.end)) return false;
		const times = [row.event, takenIn(row)];
		if (view.available.kind === "column") {
			if (row.available === null) return false;
			times.push(row.available);
		}
		if (view.available.kind === "delay") times.push(row.event + view.available.micros);
		const knownAt = times.filter((time) => time !== null).reduce((a, b) => (a > b ? a : b));
		return knownAt <= to && (from === null || knownAt > from);
	});
	const best: OracleRow[] = [];
	for (const row of inRange) {
		const at = best.findIndex((other) => sameKeys(view, other.keys, row.keys));
		const other = best[at];
		if (other === undefined) best.push(row);
		else if (compareRows(view, row, other) > 0) best[at] = row;
	}
	return best.sort((a, b) => {
		for (const [i, type] of view.keyTypes.entries()) {
			const order = compareValues(a.keys[i] ?? null, b.keys[i] ?? null, type);
			if (order !== 0) return order;
		}
		return 0;
	});
}
