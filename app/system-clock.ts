import type { Clock } from "../core/ports/clock.ts";

const microsPerMilli = 1000;

/** The machine's clock, to the microsecond, never running backwards within a process. */
export function systemClock(): Clock {
	let latest = 0n;
	return {
		now() {
			const now = BigInt(Math.round((performance.timeOrigin + performance.now()) * microsPerMilli));
			latest = now > latest ? now : latest;
			return latest;
		},
	};
}
