/** Which columns of a relation a view reads, and what is wrong when one is missing. The same for every engine. */
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import { nearestNames } from "../errors/nearest.ts";
import type { Known, OfflineView } from "../ports/offline-engine.ts";

/** Columns that log tables have beside those of their definition. */
export const seqColumn = "__seq";
export const ingestedAtColumn = "__ingested_at";
export const deletedColumn = "__deleted";
/** Names of the features that a row of a partial view left out; null: none. */
export const omittedColumn = "__omitted";
export const logColumns: readonly string[] = [seqColumn, ingestedAtColumn, deletedColumn, omittedColumn];

/** The time and tie-break columns that the relation really has: a transformation may have left some out. */
export interface ViewColumns {
	readonly created: string | null;
	readonly available: string | null;
	readonly tieBreak: readonly string[];
}

/**
 * Checks the relation's columns against the view. Keys, features, event time and available time must be there; created
 * and tie-break columns must be where nothing but the origin made the rows. Throws UNKNOWN_COLUMN.
 */
export function viewColumnsOf(view: OfflineView, present: ReadonlySet<string>): ViewColumns {
	for (const key of view.joinKeys) requireColumn(view, present, key.name, "join key");
	requireColumn(view, present, view.eventTime, "event time");
	for (const feature of view.features) requireColumn(view, present, feature.name, "feature");
	const available = view.availableTime?.kind === "column" ? view.availableTime.column : null;
	if (available !== null && !present.has(available)) throw leakage(view, available);

	const derived = view.relation.steps.length > 0;
	const optional = (column: string, role: string): boolean => {
		if (present.has(column)) return true;
		if (!derived) requireColumn(view, present, column, role);
		return false;
	};
	return {
		created: view.createdTime !== null && optional(view.createdTime, "created time") ? view.createdTime : null,
		available,
		tieBreak: view.tieBreak.filter((column) => optional(column, "tie-break column")),
	};
}

/** Whether each row of the relation says when the store took it in, once `known` asks for it. Throws BAD_USER_INPUT. */
export function requireTakenIn(view: OfflineView, columns: ViewColumns, known: Known): void {
	const pushed = view.relation.log !== null && view.relation.steps.length === 0;
	if (known.kind === "event" || columns.created !== null || pushed) return;
	// The log itself can be cut at an instant before the SQL over it runs.
	if (known.kind === "at" && view.relation.log !== null) return;
	throw new FeaturegraphError(
		"BAD_USER_INPUT",
		`The view "${view.name}" cannot say what was known then: its rows have neither a created nor an ingested time.`,
		{ name: view.name, hint: "Give its source a `createdTime`, or read it without `known`." },
	);
}

function requireColumn(view: OfflineView, present: ReadonlySet<string>, column: string, role: string): void {
	if (present.has(column)) return;
	throw new FeaturegraphError(
		"UNKNOWN_COLUMN",
		`The rows of the view "${view.name}" have no column "${column}", its ${role}.`,
		{
			name: column,
			nearest: nearestNames(column, present),
			hint: `Its source and transformation yield: ${[...present].join(", ")}.`,
		},
	);
}

const leakage = (view: OfflineView, column: string): FeaturegraphError =>
	new FeaturegraphError(
		"UNKNOWN_COLUMN",
		`The transformation of "${view.name}" does not yield "${column}", the available time of its source: without it the view would leak what was not known yet.`,
		{ name: column, hint: `Select the latest "${column}" of the rows that each result is made of.` },
	);
