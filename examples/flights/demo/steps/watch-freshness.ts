import type { Connection } from "../../../../cli/client/connection.ts";
import { subscribe } from "../../../../cli/client/subscription.ts";

export interface AlertEvent {
	readonly cursor: string;
	readonly from: string | null;
	readonly to: string;
	readonly at: string;
	readonly alert: { readonly message: string; readonly value: number | null; readonly threshold: number | null };
}

export const alertsSubscription = `subscription Freshness {
  alertEvents(kinds: [FRESHNESS]) {
    cursor from to at
    alert { message value threshold subject { ... on FeatureView { name owner { name contact } } } }
  }
}`;

/**
 * Follows the freshness alerts until one has fired and, once `refresh` has been called, has been resolved again.
 * Calls `refresh` when the alert fires.
 */
export async function watchFreshness(
	connection: Connection,
	tell: (event: AlertEvent) => void,
	refresh: () => Promise<void>,
): Promise<void> {
	let refreshed = false;
	const events = subscribe<{ alertEvents: AlertEvent }>(connection, alertsSubscription, {});
	for await (const { alertEvents: event } of events) {
		tell(event);
		if (event.to === "FIRING" && !refreshed) {
			refreshed = true;
			await refresh();
		}
		if (event.to === "RESOLVED" && refreshed) return;
	}
}
