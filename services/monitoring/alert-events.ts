import { requirePermission } from "../../core/access/require-permission.ts";
import { decodeAlertCursor, encodeAlertCursor } from "../../core/alerts/alert-cursor.ts";
import type { AlertKind, AlertState } from "../../core/alerts/alert-state.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { AlertStore, StoredAlertEvent } from "../../core/ports/alert-store.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import { follow } from "../follow/follow.ts";

export interface AlertEventsDeps {
	readonly registry: RegistryReader;
	readonly alerts: AlertStore;
	readonly bus: Bus;
}

export interface AlertEventsInput {
	readonly project: string;
	readonly kinds: readonly AlertKind[] | null;
	readonly states: readonly AlertState[] | null;
	/** Cursor of the last event seen; null: from now on. */
	readonly after: string | null;
}

export interface AlertEvent extends StoredAlertEvent {
	readonly cursor: string;
}

const pageSize = 100;
const pollMs = 5000;

/**
 * Transitions in the order in which they were stored: those behind the cursor first, then each as it comes, without a
 * gap or a repetition. The store is what is read; the bus only says when. ALERT_CURSOR_INVALID, ALERT_CURSOR_EXPIRED.
 */
export async function alertEvents(
	{ registry, alerts, bus }: AlertEventsDeps,
	principal: Principal,
	input: AlertEventsInput,
): Promise<AsyncIterableIterator<AlertEvent>> {
	requirePermission(principal, "READ", input.project);
	const { projectId } = await registry.snapshot(input.project);
	const filter = { projectId, kinds: input.kinds, states: input.states };
	let position =
		input.after === null ? await alerts.lastSequence(projectId) : await positionOf(alerts, projectId, input.after);
	return follow<AlertEvent>({
		subscribe: (wake) =>
			bus.subscribe("alert", ({ project }) => {
				if (project === input.project) wake();
			}),
		read: async () => {
			for (;;) {
				const from = position;
				const { events, last } = await alerts.events(filter, from, pageSize);
				position = last;
				const items = events.map((event) => ({ ...event, cursor: encodeAlertCursor(projectId, event.sequence) }));
				// A page may hold nothing that passes the filter although there is more behind it.
				if (items.length > 0 || last === from) return { items, done: false };
			}
		},
		pollMs,
	});
}

async function positionOf(alerts: AlertStore, projectId: number, cursor: string): Promise<bigint> {
	const sequence = decodeAlertCursor(projectId, cursor);
	const state = sequence === null ? "unknown" : await alerts.cursorState(projectId, sequence);
	if (sequence !== null && state === "valid") return sequence;
	const name = cursor.slice(0, 100);
	if (state === "expired") {
		throw new FeaturegraphError("ALERT_CURSOR_EXPIRED", "The cursor lies before the events that are kept.", {
			path: ["after"],
			name,
			hint: "List `alerts` to see how things stand, then follow without `after`.",
		});
	}
	throw new FeaturegraphError("ALERT_CURSOR_INVALID", `"${name}" is not a cursor of this project's alert events.`, {
		path: ["after"],
		name,
		hint: "Give the `cursor` of an event that was received, or leave `after` out.",
	});
}
