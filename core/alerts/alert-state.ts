/**
 * The life of an alert. One alert is one episode: a condition that comes back after RESOLVED opens a new alert, so an
 * acknowledgement never silences the next episode.
 *
 *     (none) ──warning──▶ PENDING ──breach──▶ FIRING ──acknowledge──▶ ACKNOWLEDGED
 *        │                   │                  │                          │
 *        └──────breach───────┼─────────────────▶┘                          │
 *                            └──clear──▶ RESOLVED ◀──clear──┴────clear─────┘
 *
 * `warning` and `breach` are two thresholds, `clear` lies below both. Between them an alert keeps its state: to fire
 * it must pass the upper one, to resolve it must come back under the lower one (hysteresis), so a value that
 * trembles about one threshold makes one alert.
 */
export const alertStates = ["PENDING", "FIRING", "ACKNOWLEDGED", "RESOLVED"] as const;
export type AlertState = (typeof alertStates)[number];

export const alertKinds = ["DRIFT", "FRESHNESS", "NULL_RATIO", "QUALITY", "SKEW"] as const;
export type AlertKind = (typeof alertKinds)[number];

/** What a check saw. */
export type AlertSignal = "clear" | "warning" | "breach";
export type AlertEventName = AlertSignal | "acknowledge";

const transitions: Readonly<Record<AlertState | "NONE", Partial<Record<AlertEventName, AlertState>>>> = {
	NONE: { warning: "PENDING", breach: "FIRING" },
	PENDING: { breach: "FIRING", clear: "RESOLVED" },
	FIRING: { acknowledge: "ACKNOWLEDGED", clear: "RESOLVED" },
	ACKNOWLEDGED: { clear: "RESOLVED" },
	RESOLVED: {},
};

/** The state that `event` leads to from `state` (null: there is no open alert); null when it changes nothing. */
export const nextAlertState = (state: AlertState | null, event: AlertEventName): AlertState | null =>
	transitions[state ?? "NONE"][event] ?? null;
