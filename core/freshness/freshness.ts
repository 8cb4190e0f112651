/** How far the values that consumers see are behind the clock. Pure: the clock and the facts come in. */
import type { AlertSignal } from "../alerts/alert-state.ts";
import type { Micros } from "../values/value.ts";

/**
 * The newest row that a version has brought to its consumers: recorded when a materialization or a push wrote it,
 * not read from the source. A view whose schedule stands still so falls behind even while its source keeps growing.
 */
export interface ServedTime {
	readonly eventTime: Micros;
	/** When that row was written. */
	readonly servedAt: Micros;
}

export interface FreshnessPolicy {
	readonly slaMicros: Micros;
	/** How long past the SLA is still a warning. */
	readonly graceMicros: Micros;
}

/** As dbt's: `warn` past the SLA, `error` past SLA and grace. */
export type FreshnessStatus = "pass" | "warn" | "error";

export interface FreshnessReading {
	readonly status: FreshnessStatus;
	/** Now less the event time of the newest row served; for a version that has served none, its age. */
	readonly eventLag: Micros;
	/** From event to served, of the newest row; null where there is none. */
	readonly processingLag: Micros | null;
	readonly latestEventTime: Micros | null;
	readonly checkedAt: Micros;
}

/** Measures one version at `now`. Without a policy (no SLA) the status is `pass`. */
export function readFreshness(
	served: ServedTime | null,
	createdAt: Micros,
	policy: FreshnessPolicy | null,
	now: Micros,
): FreshnessReading {
	const eventLag = now - (served?.eventTime ?? createdAt);
	return {
		status: policy === null ? "pass" : statusOf(eventLag, policy),
		eventLag,
		processingLag: served === null ? null : served.servedAt - served.eventTime,
		latestEventTime: served?.eventTime ?? null,
		checkedAt: now,
	};
}

function statusOf(lag: Micros, { slaMicros, graceMicros }: FreshnessPolicy): FreshnessStatus {
	if (lag <= slaMicros) return "pass";
	return lag <= slaMicros + graceMicros ? "warn" : "error";
}

const signals: Readonly<Record<FreshnessStatus, AlertSignal>> = { pass: "clear", warn: "warning", error: "breach" };

/** What the alert state machine hears of a reading. */
export const freshnessSignal = (status: FreshnessStatus): AlertSignal => signals[status];
