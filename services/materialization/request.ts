/** What a materialization run was asked to do, and how far it came, as its row stores them. Times are in microseconds. */
import type { UserError } from "../../core/errors/user-error.ts";
import type { Json } from "../../core/ports/run-store.ts";

export interface MaterializationRequest {
	readonly viewVersionIds: readonly number[];
	/** Bounds of the event time, inclusive; null where there is none. */
	readonly start: string | null;
	readonly end: string | null;
	readonly incremental: boolean;
	/** `project:view` of the schedule that asked for it. */
	readonly schedule: string | null;
}

export interface ViewCheckpoint {
	/** Rows that became known in (from, to] are read; fixed when the view is begun, so that a resumed run reads the same. */
	readonly from: string | null;
	readonly to: string;
	/** What an earlier run left unfinished is read first: then it goes on from `to` to there. */
	readonly until?: string;
	/** The last key that is online, as FeatureValue JSON; null: none yet. */
	readonly afterKey: readonly Json[] | null;
	readonly rowsRead: string;
	readonly rowsWritten: string;
	/** Greatest event time written. */
	readonly newest: string | null;
	readonly done: boolean;
	readonly failure: UserError | null;
}

/** By view version id. */
export type MaterializationCheckpoint = Readonly<Record<string, ViewCheckpoint>>;

/** These are written by `materialize` and `materializeRun` alone: what a row holds has this shape. */
export const requestOf = (json: Json): MaterializationRequest => json as unknown as MaterializationRequest;
export const checkpointOf = (json: Json): MaterializationCheckpoint =>
	json === null ? {} : (json as unknown as MaterializationCheckpoint);
