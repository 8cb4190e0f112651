/** Alerts as rows, and as the JSON that an event keeps of them. */
import type { AlertKind, AlertState } from "../../../core/alerts/alert-state.ts";
import type { Alert, StoredAlertEvent } from "../../../core/ports/alert-store.ts";
import type { alertEvents, alerts } from "../tables/monitoring.ts";

export type AlertRow = typeof alerts.$inferSelect;
type EventRow = typeof alertEvents.$inferSelect;

export function alertOf(
	{ view, viewVersionId, feature, fingerprint: _, resolvedAt: __, ...row }: AlertRow,
	project: string,
): Alert {
	return {
		...row,
		project,
		kind: row.kind as AlertKind,
		state: row.state as AlertState,
		subject: { view, viewVersionId, feature },
	};
}

type AlertJson = Omit<Alert, "startedAt" | "updatedAt"> & { readonly startedAt: string; readonly updatedAt: string };

/** JSON has no 64-bit integers: times are text. */
export const alertJson = (alert: Alert): AlertJson => ({
	...alert,
	startedAt: alert.startedAt.toString(),
	updatedAt: alert.updatedAt.toString(),
});

export function eventOf({ sequence, fromState, toState, at, alert }: EventRow): StoredAlertEvent {
	const json = alert as AlertJson;
	return {
		sequence,
		from: fromState as AlertState | null,
		to: toState as AlertState,
		at,
		alert: { ...json, startedAt: BigInt(json.startedAt), updatedAt: BigInt(json.updatedAt) },
	};
}
