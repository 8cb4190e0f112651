/** The columns that every engine's results have. */
import type { Lookup, OfflineView } from "../ports/offline-engine.ts";
import { type Column, scalar, type ValueType } from "../values/type.ts";

const eventTimeColumn = "__event_time";

/** Types of the columns of one look-up in the results of `pointInTime`. */
export const lookupTypes = (view: OfflineView, { features }: Lookup): readonly ValueType[] => [
	...features.map((name) => {
		const feature = view.features.find((candidate) => candidate.name === name);
		if (feature === undefined) throw new Error(`The view "${view.name}" has no feature "${name}".`);
		return feature.type;
	}),
	scalar("TIMESTAMP"),
	scalar("STRING"),
];

/** Columns of `latest`. `tieBreak`: those that the view's rows really have, with their types. */
export const latestColumnsOf = (view: OfflineView, tieBreak: readonly Column[]): readonly Column[] => [
	...view.joinKeys,
	...view.features,
	{ name: eventTimeColumn, type: scalar("TIMESTAMP") },
	{ name: "__created_time", type: scalar("TIMESTAMP") },
	...tieBreak,
	{ name: "__seq", type: scalar("INT64") },
	{ name: "__deleted", type: scalar("BOOL") },
];
