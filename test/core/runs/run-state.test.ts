import { describe, expect, it } from "vitest";
import { isFinal, nextRunState, runStates, statesBefore } from "../../../core/runs/run-state.ts";

describe("the life of a run", () => {
	it("goes from queued through running to an end", () => {
		expect(nextRunState("QUEUED", "start")).toBe("RUNNING");
		expect(nextRunState("RUNNING", "succeed")).toBe("SUCCEEDED");
		expect(nextRunState("RUNNING", "fail")).toBe("FAILED");
		expect(nextRunState("RUNNING", "cancel")).toBe("CANCELLED");
	});

	it("starts again after its worker died", () => {
		expect(nextRunState("RUNNING", "start")).toBe("RUNNING");
	});

	it("does not succeed without having run", () => {
		expect(nextRunState("QUEUED", "succeed")).toBeNull();
	});

	it("never leaves an end", () => {
		const ends = runStates.filter(isFinal);
		expect(ends).toEqual(["SUCCEEDED", "FAILED", "CANCELLED"]);
		for (const event of ["start", "succeed", "fail", "cancel"] as const) {
			for (const end of ends) expect(nextRunState(end, event)).toBeNull();
			for (const end of ends) expect(statesBefore(event)).not.toContain(end);
		}
	});
});
