import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type AlertEventName, type AlertState, alertStates, nextAlertState } from "../../../core/alerts/alert-state.ts";

const event = fc.constantFrom<AlertEventName>("clear", "warning", "breach", "acknowledge");

/** Every state that a sequence of events leads through; a new episode begins after RESOLVED. */
function states(events: readonly AlertEventName[]): AlertState[] {
	const seen: AlertState[] = [];
	let open: AlertState | null = null;
	for (const next of events) {
		const state: AlertState | null = nextAlertState(open, next);
		if (state === null) continue;
		seen.push(state);
		open = state === "RESOLVED" ? null : state;
	}
	return seen;
}

describe("the life of an alert", () => {
	it("is pending, fires, is acknowledged, resolves", () => {
		expect(states(["warning", "breach", "acknowledge", "clear"])).toEqual([
			"PENDING",
			"FIRING",
			"ACKNOWLEDGED",
			"RESOLVED",
		]);
	});

	it("keeps its state between the two thresholds", () => {
		expect(states(["breach", "warning", "breach", "warning", "clear"])).toEqual(["FIRING", "RESOLVED"]);
	});

	it("fires anew after it resolved, whatever was acknowledged before", () => {
		expect(states(["breach", "acknowledge", "clear", "breach"])).toEqual([
			"FIRING",
			"ACKNOWLEDGED",
			"RESOLVED",
			"FIRING",
		]);
	});

	it("cannot be acknowledged before it fires", () => {
		expect(nextAlertState("PENDING", "acknowledge")).toBeNull();
		expect(nextAlertState(null, "acknowledge")).toBeNull();
	});

	it("after a clear nothing is open, after a breach something fires or is acknowledged", () => {
		fc.assert(
			fc.property(fc.array(event, { maxLength: 30 }), (events) => {
				const cleared = states([...events, "clear"]).at(-1) ?? "RESOLVED";
				expect(cleared).toBe("RESOLVED");
				expect(["FIRING", "ACKNOWLEDGED"]).toContain(states([...events, "breach"]).at(-1));
			}),
		);
	});

	it("every transition of an episode goes forward", () => {
		fc.assert(
			fc.property(fc.array(event, { maxLength: 30 }), (events) => {
				const seen = states(events);
				for (let i = 1; i < seen.length; i++) {
					const before = seen[i - 1] as AlertState;
					if (before === "RESOLVED") continue;
					expect(alertStates.indexOf(seen[i] as AlertState)).toBeGreaterThan(alertStates.indexOf(before));
				}
			}),
		);
	});
});
