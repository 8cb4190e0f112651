import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";
import { type Endable, endReasonOf } from "./endable.ts";
import { Timeouts } from "./timeouts.ts";

export interface DeadlineOptions {
	readonly millis: number;
	/** The whole time of the operation, where `millis` is what is left of it. */
	readonly ofMillis?: number;
	/** How long what ends may take to say what it has, before it is left behind. By default a quarter of a second. */
	readonly graceMillis?: number;
}

/** Runs something for as long as an operation may take. */
export type WithDeadline = <T>(run: (until: Endable) => Promise<T>, caller: Endable) => Promise<T>;

/**
 * When the time of what is run is over its signal ends with DEADLINE_EXCEEDED, so that it completes with what it has; where it
 * does not even then, the run rejects with that error. The signal of the caller ends it earlier.
 */
export function deadlines({ millis, ofMillis = millis, graceMillis = 250 }: DeadlineOptions): WithDeadline {
	const ends = new Timeouts(millis);
	const graces = new Timeouts(graceMillis);
	return <T>(run: (until: Endable) => Promise<T>, caller: Endable): Promise<T> =>
		new Promise<T>((resolve, reject) => {
			const until = new Until(caller);
			let end = ends.begin(() => {
				const error = exceeded(ofMillis);
				end = graces.begin(() => reject(error));
				until.expire(error);
			});
			run(until).then(
				(value) => {
					end();
					until.settle();
					resolve(value);
				},
				(error: unknown) => {
					end();
					until.settle();
					reject(error instanceof Error ? error : new Error(String(error)));
				},
			);
		});
}

/** Ends when the caller leaves or the time is over. The caller's signal is not touched before somebody asks for this one. */
class Until implements Endable {
	readonly #caller: Endable;
	#own: AbortController | null = null;
	#leave: (() => void) | null = null;
	#expired: FeaturegraphError | null = null;
	#settled = false;

	constructor(caller: Endable) {
		this.#caller = caller;
	}

	get signal(): AbortSignal {
		if (this.#own !== null) return this.#own.signal;
		const own = new AbortController();
		this.#own = own;
		if (this.#expired !== null) own.abort(this.#expired);
		else if (!this.#settled) this.#follow(own);
		return own.signal;
	}

	get endReason(): unknown {
		return this.#expired ?? endReasonOf(this.#caller);
	}

	expire(error: FeaturegraphError): void {
		this.#expired = error;
		this.#own?.abort(error);
	}

	settle(): void {
		this.#settled = true;
		if (this.#leave !== null) this.#caller.signal.removeEventListener("abort", this.#leave);
	}

	#follow(own: AbortController): void {
		const { signal } = this.#caller;
		const leave = (): void => own.abort(signal.reason);
		this.#leave = leave;
		if (signal.aborted) leave();
		else signal.addEventListener("abort", leave, { once: true });
	}
}

const exceeded = (millis: number): FeaturegraphError =>
	new FeaturegraphError("DEADLINE_EXCEEDED", `The operation took longer than ${millis} ms.`, {
		hint: "Ask for less at once; long work has a mutation that starts it and a subscription that follows it.",
	});
