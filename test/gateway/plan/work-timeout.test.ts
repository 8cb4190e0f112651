import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { onTimeout } from "../../../gateway/plan/work-timeout.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate"] }));
afterEach(() => void vi.useRealTimers());

describe("the time of a worker", () => {
	/** When it is over, by the clock, for a worker that works this share of the time. */
	function over(share: number | null, millis = 1000) {
		let clock = 0;
		let ended: { readonly at: number; readonly starved: boolean } | null = null;
		const worked = () => (share === null ? null : clock * share);
		const stop = onTimeout(millis, worked, ({ starved }) => {
			// The clock moves on while an immediate waits.
			ended = { at: Math.floor(clock / 100) * 100, starved };
		});
		for (clock = 10; clock <= 20_000; clock += 10) vi.advanceTimersByTime(10);
		stop();
		return ended;
	}

	it.each([1, 0.4, null])("is up when it has passed, working %s of it", (share) => {
		expect(over(share)).toEqual({ at: 1000, starved: false });
	});

	it("goes on until it has worked for a part of it", () => {
		expect(over(0.1)).toEqual({ at: 2700, starved: false });
	});

	it.each([0, 0.05])("is given again, a few times, working %s of it", (share) => {
		expect(over(share)).toEqual({ at: 5000, starved: true });
	});

	it("can be called off, also in the moment that it is up", () => {
		const ended = vi.fn();
		const stop = onTimeout(1000, () => null, ended);
		vi.advanceTimersByTime(999);
		stop();
		vi.advanceTimersByTime(10_000);
		expect(ended).not.toHaveBeenCalled();
	});
});
