import type { UserError } from "../errors/user-error.ts";
import type { RunEvent, RunState } from "../runs/run-state.ts";
import type { Micros } from "../values/value.ts";
import type { AuditEntry } from "./audit-log.ts";

export type RunKind = "materialization" | "backfill" | "training-set";

/** Plain JSON, as it is stored. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** One piece of work that a caller asked for, or a schedule. */
export interface Run {
	/** UUID. */
	readonly id: string;
	readonly projectId: number;
	readonly project: string;
	readonly kind: RunKind;
	readonly state: RunState;
	/** What was asked for, all that is needed to do it again. */
	readonly request: Json;
	/** How far it came, so that a worker that takes it up again does not start over; null: not begun. */
	readonly checkpoint: Json;
	/** 0 to 1. */
	readonly progress: number;
	readonly rowsRead: bigint;
	readonly rowsWritten: bigint;
	readonly failure: UserError | null;
	/** Somebody wants it to end: its worker stops at the next step. */
	readonly cancelRequested: boolean;
	readonly createdBy: string;
	readonly createdAt: Micros;
	readonly startedAt: Micros | null;
	readonly finishedAt: Micros | null;
}

export interface NewRun {
	readonly id: string;
	readonly projectId: number;
	readonly project: string;
	readonly kind: RunKind;
	readonly request: Json;
	readonly createdBy: string;
	readonly createdAt: Micros;
	/** Written with it; null for what a schedule asks for, every few minutes. */
	readonly audit: AuditEntry | null;
}

export interface RunProgress {
	readonly progress: number;
	readonly rowsRead: bigint;
	readonly rowsWritten: bigint;
	readonly checkpoint: Json;
}

/** The rows of runs. Final states never change. */
export interface RunStore {
	create(run: NewRun): Promise<Run>;
	get(id: string): Promise<Run | null>;
	/** Applies an event where the state machine allows it; null where it does not (any more). `failure` belongs to `fail`. */
	apply(id: string, event: RunEvent, at: Micros, failure?: UserError): Promise<Run | null>;
	/** Records how far a running run came; null when it is no longer running or its cancellation was asked for. */
	progress(id: string, progress: RunProgress): Promise<Run | null>;
	/** Asks a run to end: a queued one is CANCELLED at once. The run as it then is; null: none of this id. */
	requestCancel(id: string, at: Micros, audit: AuditEntry): Promise<Run | null>;
	/** The newest runs of a project, newest first. */
	newest(projectId: number, kind: RunKind, limit: number): Promise<Run[]>;
	/** Queued and running runs, oldest first: what a start hands to the queue again. */
	unfinished(limit: number): Promise<Run[]>;
}
