/** The columns that every engine's results have. */
import type { OfflineView } from "../ports/offline-engine.ts";
import { type Column, scalar } from "../values/type.ts";

const eventTimeColumn = "__event_time";

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
