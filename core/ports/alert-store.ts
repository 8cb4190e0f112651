import type { AlertEventName, AlertKind, AlertState } from "../alerts/alert-state.ts";
import type { Micros } from "../values/value.ts";
import type { Page, Paged } from "./paging.ts";

/** What an alert speaks of. Both ids are of versions: an alert belongs to what was in force when it began. */
export interface AlertSubject {
	readonly view: string;
	readonly viewVersionId: number;
	/** Null: the view as a whole. */
	readonly feature: string | null;
}

export interface Alert {
	/** UUID. */
	readonly id: string;
	readonly projectId: number;
	readonly project: string;
	readonly kind: AlertKind;
	readonly state: AlertState;
	readonly severity: string;
	readonly subject: AlertSubject;
	readonly message: string;
	readonly value: number | null;
	readonly threshold: number | null;
	readonly startedAt: Micros;
	readonly updatedAt: Micros;
	readonly acknowledgedBy: string | null;
	readonly note: string | null;
}

/** One transition, with the alert as it was then. Sequences grow in the order of commits. */
export interface StoredAlertEvent {
	readonly sequence: bigint;
	readonly from: AlertState | null;
	readonly to: AlertState;
	readonly at: Micros;
	readonly alert: Alert;
}

/** What a check says of one subject. */
export interface AlertObservation {
	readonly projectId: number;
	readonly project: string;
	readonly kind: AlertKind;
	readonly subject: AlertSubject;
	readonly signal: Exclude<AlertEventName, "acknowledge">;
	readonly severity: string;
	readonly message: string;
	readonly value: number | null;
	readonly threshold: number | null;
	readonly at: Micros;
}

export interface AlertFilter {
	readonly projectId: number;
	readonly kinds: readonly AlertKind[] | null;
	readonly states: readonly AlertState[] | null;
}

export interface AlertStore {
	/**
	 * Takes an observation to the open alert of its subject (kind, view and feature): the state machine decides, and the
	 * alert and its event are stored in one transaction. Null: nothing changed state. Safe to call from many workers.
	 */
	observe(observation: AlertObservation): Promise<StoredAlertEvent | null>;
	/** The open alerts of a project: all that are not RESOLVED. */
	open(projectId: number, kind: AlertKind): Promise<Alert[]>;
	/** Written to the audit log with it. Null event: it was acknowledged already, or its state does not allow it. Null: no such alert. */
	acknowledge(
		id: string,
		by: string,
		note: string | null,
		at: Micros,
	): Promise<{ readonly alert: Alert; readonly event: StoredAlertEvent | null } | null>;
	get(id: string): Promise<Alert | null>;
	/** Newest first. `subject` narrows to one view (all its versions) or one of its features. */
	list(
		filter: AlertFilter & { readonly subject: { readonly view: string; readonly feature: string | null } | null },
		page: Page,
	): Promise<Paged<Alert>>;
	/** Transitions of a project behind `after`, in order, at most `limit`. */
	events(
		filter: AlertFilter,
		after: bigint,
		limit: number,
	): Promise<{ readonly events: StoredAlertEvent[]; readonly last: bigint }>;
	/** The last sequence of a project; 0n: none. */
	lastSequence(projectId: number): Promise<bigint>;
	/** Whether a reader that saw `sequence` can go on from there without missing one. */
	cursorState(projectId: number, sequence: bigint): Promise<"valid" | "expired" | "unknown">;
	/** Forgets events before `before`, but never the last one of a project; how many. */
	expireEvents(before: Micros, limit: number): Promise<number>;
}
