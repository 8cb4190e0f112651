import { requirePermission } from "../../core/access/require-permission.ts";
import {
	type FreshnessPolicy,
	type FreshnessReading,
	freshnessSignal,
	readFreshness,
	type ServedTime,
} from "../../core/freshness/freshness.ts";
import { offlineViewOf } from "../../core/offline/offline-view.ts";
import type { AlertStore, StoredAlertEvent } from "../../core/ports/alert-store.ts";
import type { Bus } from "../../core/ports/bus.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { FreshnessStore } from "../../core/ports/freshness-store.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { OfflineEngine } from "../../core/ports/offline-engine.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { BatchViewVersion, RegistrySnapshot } from "../../core/registry/snapshot.ts";
import type { Micros } from "../../core/values/value.ts";

export interface FreshnessDeps {
	readonly registry: RegistryReader;
	readonly freshness: FreshnessStore;
	readonly alerts: AlertStore;
	readonly engines: readonly OfflineEngine[];
	readonly bus: Bus;
	readonly clock: Clock;
	readonly logger: Logger;
	readonly graceSeconds: number;
}

const microsPerSecond = 1_000_000n;

/** The freshness of a view, measured now; null for a view that has no rows of its own (on demand) or does not exist. */
export async function freshnessOf(
	deps: FreshnessDeps,
	principal: Principal,
	project: string,
	view: string,
): Promise<FreshnessReading | null> {
	requirePermission(principal, "READ", project);
	const snapshot = await deps.registry.snapshot(project);
	const answering = answeringVersion(snapshot, view);
	if (answering === null) return null;
	const served = await servedTime(deps, answering, await deps.freshness.served([answering.id]));
	return readFreshness(served, answering.createdAt, policyOf(snapshot, view, deps.graceSeconds), deps.clock.now());
}

/**
 * Measures every current view that has an SLA, stores the transitions of its alert and publishes them. An alert whose
 * view was deleted, or lost its SLA, resolves. One view that cannot be measured does not keep the others from it.
 */
export async function checkFreshness(deps: FreshnessDeps, project: string): Promise<readonly StoredAlertEvent[]> {
	const snapshot = await deps.registry.snapshot(project);
	const watched = [...snapshot.views.keys()].flatMap((view) => {
		const answering = answeringVersion(snapshot, view);
		const policy = policyOf(snapshot, view, deps.graceSeconds);
		return answering === null || policy === null ? [] : [{ view, answering, policy }];
	});
	const recorded = await deps.freshness.served(watched.map(({ answering }) => answering.id));
	const now = deps.clock.now();
	const events: StoredAlertEvent[] = [];
	const observe = async (observation: Parameters<AlertStore["observe"]>[0]): Promise<void> => {
		const event = await deps.alerts.observe(observation);
		if (event === null) return;
		events.push(event);
		await deps.bus.publish({ topic: "alert", project, sequence: event.sequence.toString() });
	};
	const open = await deps.alerts.open(snapshot.projectId, "FRESHNESS");
	const base = { projectId: snapshot.projectId, project, kind: "FRESHNESS", severity: "error", at: now } as const;

	for (const { view, answering, policy } of watched) {
		try {
			const reading = readFreshness(await servedTime(deps, answering, recorded), answering.createdAt, policy, now);
			if (reading.status === "pass" && !open.some((alert) => alert.subject.view === view)) continue;
			await observe({
				...base,
				subject: { view, viewVersionId: answering.id, feature: null },
				signal: freshnessSignal(reading.status),
				message: messageOf(view, reading, policy),
				value: seconds(reading.eventLag),
				threshold: seconds(policy.slaMicros),
			});
		} catch (error) {
			deps.logger.error({ err: error, project, view }, "The freshness of a view could not be checked");
		}
	}
	for (const { subject, threshold } of open) {
		if (watched.some(({ view }) => view === subject.view)) continue;
		await observe({
			...base,
			subject,
			signal: "clear",
			message: `The view "${subject.view}" has no freshness SLA any more.`,
			value: null,
			threshold,
		});
	}
	return events;
}

/** The version whose values consumers see under the bare name; for a view without online values the current one. */
function answeringVersion(snapshot: RegistrySnapshot, view: string): BatchViewVersion | null {
	const versions = snapshot.views.get(view);
	const current = versions?.current ?? null;
	if (current?.kind !== "BATCH") return null;
	const online = versions?.online ?? null;
	return current.definition.online && online?.kind === "BATCH" ? online : current;
}

/** The SLA that the current definition sets: it is governance, so the version that answers may be older. */
function policyOf(snapshot: RegistrySnapshot, view: string, graceSeconds: number): FreshnessPolicy | null {
	const current = snapshot.views.get(view)?.current ?? null;
	if (current?.kind !== "BATCH" || current.definition.freshnessSlaSeconds === null) return null;
	return {
		slaMicros: BigInt(current.definition.freshnessSlaSeconds) * microsPerSecond,
		graceMicros: BigInt(graceSeconds) * microsPerSecond,
	};
}

/** Of an online view what was written online; of an offline one the newest row that its engine sees. */
async function servedTime(
	{ engines, clock }: FreshnessDeps,
	version: BatchViewVersion,
	recorded: ReadonlyMap<number, ServedTime>,
): Promise<ServedTime | null> {
	if (version.definition.online) return recorded.get(version.id) ?? null;
	const view = offlineViewOf(version);
	const engine = engines.find((candidate) => candidate.reads(view.relation));
	if (engine === undefined) throw new Error(`No engine reads the view "${view.name}".`);
	const { eventTime, knownAt } = await engine.newest(view, clock.now());
	return eventTime === null ? null : { eventTime, servedAt: knownAt ?? eventTime };
}

function messageOf(
	view: string,
	{ latestEventTime, eventLag, status }: FreshnessReading,
	policy: FreshnessPolicy,
): string {
	const lag = `${seconds(eventLag).toFixed(0)} s`;
	const sla = `${seconds(policy.slaMicros)} s`;
	if (status === "pass") return `The view "${view}" is fresh again: ${lag} behind, its SLA is ${sla}.`;
	return latestEventTime === null
		? `The view "${view}" has served no row since it was made ${lag} ago; its SLA is ${sla}.`
		: `The newest row that the view "${view}" serves is ${lag} old; its SLA is ${sla}.`;
}

const seconds = (micros: Micros): number => Number(micros) / Number(microsPerSecond);
