import { hasLeft } from "./left.ts";
import type { Run, Step } from "./run.ts";

export const nothing: Step = () => undefined;

/** One step after the other, as long as somebody waits. */
export function sequence(steps: readonly Step[]): Step {
	if (steps.length === 1) return steps[0] ?? nothing;
	return async (run) => {
		for (const step of steps) {
			const running = step(run);
			if (running !== undefined) await running;
			if (hasLeft(run.context)) return;
		}
	};
}

/** All steps at once. */
export function parallel(steps: readonly Step[]): Step {
	if (steps.length === 1) return steps[0] ?? nothing;
	return (run) => {
		const running: Promise<void>[] = [];
		for (const step of steps) {
			const promise = step(run);
			if (promise !== undefined) running.push(promise);
		}
		if (running.length < 2) return running[0];
		return Promise.all(running).then(() => undefined);
	};
}

/** One step or the other, by a variable of the client. */
export function condition(name: string, then: Step, otherwise: Step): Step {
	return (run: Run) => (run.variables.coerced[name] === true ? then(run) : otherwise(run));
}
