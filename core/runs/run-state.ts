/**
 * The life of a run (a materialization, the drawing of a training set):
 *
 *     QUEUED ──start──▶ RUNNING ──succeed──▶ SUCCEEDED
 *        │                │ ├─────fail─────▶ FAILED
 *        │                │ └────cancel────▶ CANCELLED
 *        │                └─start─▶ RUNNING   (its worker died: another one takes it up again)
 *        ├──fail──▶ FAILED                    (what it needs is gone before it began)
 *        └─cancel─▶ CANCELLED
 *
 * The three on the right are final: a late event of a worker that was thought dead changes nothing.
 */
export const runStates = ["QUEUED", "RUNNING", "SUCCEEDED", "FAILED", "CANCELLED"] as const;
export type RunState = (typeof runStates)[number];
export type RunEvent = "start" | "succeed" | "fail" | "cancel";

const transitions: Readonly<Record<RunState, Partial<Record<RunEvent, RunState>>>> = {
	QUEUED: { start: "RUNNING", fail: "FAILED", cancel: "CANCELLED" },
	RUNNING: { start: "RUNNING", succeed: "SUCCEEDED", fail: "FAILED", cancel: "CANCELLED" },
	SUCCEEDED: {},
	FAILED: {},
	CANCELLED: {},
};

/** The state after `event`; null when the event does not apply. */
export const nextRunState = (state: RunState, event: RunEvent): RunState | null => transitions[state][event] ?? null;

/** The states in which `event` applies: what a store compares with before it sets the next one. */
export const statesBefore = (event: RunEvent): readonly RunState[] =>
	runStates.filter((state) => nextRunState(state, event) !== null);

export const isFinal = (state: RunState): boolean => Object.keys(transitions[state]).length === 0;
