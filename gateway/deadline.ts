import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";
import { Timeouts } from "./timeouts.ts";

export interface DeadlineOptions {
	readonly millis: number;
	/** The whole time of the operation, where `millis` is what is left of it. */
	readonly ofMillis?: number;
	/** How long what ends may take to say what it has, before it is left behind. By default a quarter of a second. */
	readonly graceMillis?: number;
}

/** Runs something for as long as an operation may take. */
export type WithDeadline = <T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal) => Promise<T>;

/**
 * When the time of what is run is over its signal ends with DEADLINE_EXCEEDED, so that it completes with what it has; where it
 * does not even then, the run rejects with that error. The signal that is given ends it earlier.
 */
export function deadlines({ millis, ofMillis = millis, graceMillis = 250 }: DeadlineOptions): WithDeadline {
	const ends = new Timeouts(millis);
	const graces = new Timeouts(graceMillis);
	return <T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> => {
		const own = new AbortController();
		const leave = () => own.abort(signal.reason);
		if (signal.aborted) leave();
		else signal.addEventListener("abort", leave, { once: true });

		return new Promise<T>((resolve, reject) => {
			let end = ends.begin(() => {
				const error = exceeded(ofMillis);
				end = graces.begin(() => reject(error));
				own.abort(error);
			});
			const settle = () => {
				end();
				signal.removeEventListener("abort", leave);
			};
			run(own.signal).then(
				(value) => {
					settle();
					resolve(value);
				},
				(error: unknown) => {
					settle();
					reject(error instanceof Error ? error : new Error(String(error)));
				},
			);
		});
	};
}

const exceeded = (millis: number): FeaturegraphError =>
	new FeaturegraphError("DEADLINE_EXCEEDED", `The operation took longer than ${millis} ms.`, {
		hint: "Ask for less at once; long work has a mutation that starts it and a subscription that follows it.",
	});
