interface Waiting {
	readonly due: number;
	readonly expired: () => void;
}

/** Timeouts of one length, on one timer: beginning and ending one costs next to nothing, and most are ended in time. */
export class Timeouts {
	readonly #millis: number;
	/** In the order in which they are due. */
	readonly #waiting = new Set<Waiting>();
	#timer: NodeJS.Timeout | null = null;

	constructor(millis: number) {
		this.#millis = millis;
	}

	/** Calls `expired` when the time is over, unless what is returned was called before. Does not keep the process. */
	begin(expired: () => void): () => void {
		const waiting = { due: performance.now() + this.#millis, expired };
		this.#waiting.add(waiting);
		if (this.#timer === null) this.#lookIn(this.#millis);
		return () => void this.#waiting.delete(waiting);
	}

	#lookIn(millis: number): void {
		this.#timer = setTimeout(() => this.#look(), millis).unref();
	}

	#look(): void {
		this.#timer = null;
		const now = performance.now();
		for (const waiting of this.#waiting) {
			if (waiting.due > now) {
				this.#lookIn(waiting.due - now);
				return;
			}
			this.#waiting.delete(waiting);
			waiting.expired();
		}
	}
}
