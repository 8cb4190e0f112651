import type { Timeouts } from "../../timeouts.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";

/** Until when one fetch, its retry included, is waited for: its time is over, or the operation has ended. */
export class FetchDeadline {
	/** Why it is waited for no longer; null: it is. */
	failure: SubgraphFailure | null = null;
	/** Told once it is no longer waited for. */
	passed: ((failure: SubgraphFailure) => void) | null = null;
	readonly #signal: AbortSignal;
	readonly #stopTimeout: () => void;

	/** `timeouts` are those of this many milliseconds. */
	constructor(signal: AbortSignal, timeouts: Timeouts, millis: number) {
		this.#signal = signal;
		this.#stopTimeout = timeouts.begin(() => this.#pass(new SubgraphFailure("late", `no answer within ${millis} ms`)));
		if (signal.aborted) this.handleEvent();
		else signal.addEventListener("abort", this);
	}

	/** The operation ended. */
	handleEvent(): void {
		this.#pass(new SubgraphFailure("left", "the operation ended", { cause: this.#signal.reason }));
	}

	/** The fetch is over. */
	end(): void {
		this.#stopTimeout();
		this.#signal.removeEventListener("abort", this);
	}

	#pass(failure: SubgraphFailure): void {
		if (this.failure !== null) return;
		this.failure = failure;
		this.end();
		this.passed?.(failure);
	}
}
