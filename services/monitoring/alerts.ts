import { isAllowed, requirePermission } from "../../core/access/require-permission.ts";
import type { AlertKind, AlertState } from "../../core/alerts/alert-state.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Alert, AlertStore } from "../../core/ports/alert-store.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { Page, Paged } from "../../core/ports/paging.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";

export interface AlertDeps {
	readonly registry: RegistryReader;
	readonly alerts: AlertStore;
	readonly bus: Bus;
	readonly clock: Clock;
}

const longestNote = 2000;

/** Says that somebody looks after it. Acknowledging again changes nothing; the alert as it then is. */
export async function acknowledgeAlert(
	deps: AlertDeps,
	principal: Principal,
	id: string,
	note: string | null,
): Promise<Alert> {
	const known = await alert(deps, principal, id);
	if (known === null) throw noAlert(id);
	requirePermission(principal, "WRITE_ALERTS", known.project);
	if (note !== null && note.length > longestNote) {
		throw new FeaturegraphError("LIMIT_EXCEEDED", `A note has at most ${longestNote} characters.`, { path: ["note"] });
	}
	const result = await deps.alerts.acknowledge(id, principal.id, note, deps.clock.now());
	if (result === null) throw noAlert(id);
	if (result.event !== null) {
		const { sequence } = result.event;
		await deps.bus.publish({ topic: "alert", project: result.alert.project, sequence: sequence.toString() });
	} else if (result.alert.state !== "ACKNOWLEDGED") {
		throw new FeaturegraphError(
			"CONFLICT",
			`The alert "${id}" is ${result.alert.state}: only a FIRING one is acknowledged.`,
			{
				name: id,
				hint:
					result.alert.state === "PENDING"
						? "Wait until it fires, or until it resolves."
						: "There is nothing left to do.",
			},
		);
	}
	return result.alert;
}

/** An alert by id; null where there is none that the principal may see. */
export async function alert(
	{ alerts }: Pick<AlertDeps, "alerts">,
	principal: Principal,
	id: string,
): Promise<Alert | null> {
	const found = await alerts.get(id);
	return found !== null && isAllowed(principal, "READ", found.project) ? found : null;
}

/** The alerts of a project, newest first; of one view (all its versions) or one of its features with `subject`. */
export async function listAlerts(
	{ registry, alerts }: Pick<AlertDeps, "alerts" | "registry">,
	principal: Principal,
	input: {
		readonly project: string;
		readonly kinds: readonly AlertKind[] | null;
		readonly states: readonly AlertState[] | null;
		readonly subject: { readonly view: string; readonly feature: string | null } | null;
	},
	page: Page,
): Promise<Paged<Alert>> {
	requirePermission(principal, "READ", input.project);
	const { projectId } = await registry.snapshot(input.project);
	const { kinds, states, subject } = input;
	return alerts.list({ projectId, kinds, states, subject }, page);
}

const noAlert = (id: string): FeaturegraphError =>
	new FeaturegraphError("NOT_FOUND", `There is no alert "${id}".`, { name: id, hint: "List them with `alerts`." });
