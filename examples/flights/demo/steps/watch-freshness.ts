import { setTimeout as sleep } from "node:timers/promises";
import type { Connection } from "../../../../cli/client/connection.ts";
import { request } from "../../../../cli/client/graphql.ts";
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

const firingQuery = `{ alerts(kinds: [FRESHNESS], states: [FIRING, ACKNOWLEDGED]) { edges { node { message startedAt } } } }`;

const refreshEveryMs = 1000;

/**
 * Follows the freshness alerts until one has fired and has been resolved again. From the moment it fires `refresh` is
 * called again and again: at a quiet hour the newest landing may itself be older than the SLA.
 */
export async function watchFreshness(
	connection: Connection,
	tell: (text: string) => void,
	refresh: () => Promise<void>,
): Promise<void> {
	let refreshing: Promise<void> | undefined;
	let resolved = false;
	const refreshUntilResolved = async (): Promise<void> => {
		while (!resolved) {
			await refresh();
			await sleep(refreshEveryMs);
		}
	};
	const events = subscribe<{ alertEvents: AlertEvent }>(connection, alertsSubscription, () => ({}));
	const { alerts } = await request<{ alerts: { edges: { node: { message: string; startedAt: string } }[] } }>(
		connection,
		firingQuery,
	);
	for (const { node } of alerts.edges) {
		tell(`firing since ${node.startedAt}, from an earlier start: ${node.message}`);
		refreshing ??= refreshUntilResolved();
	}
	for await (const { alertEvents: event } of events) {
		tell(`${event.at}  ${event.from ?? "NEW"} -> ${event.to}  ${event.alert.message}`);
		if (event.to === "FIRING") refreshing ??= refreshUntilResolved();
		if (event.to === "RESOLVED" && refreshing !== undefined) {
			resolved = true;
			await refreshing;
			return;
		}
	}
}
