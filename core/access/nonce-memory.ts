/**
 * Which requests were seen, by nonce, for as long as their time alone does not refuse them. Bounded: when it is full it
 * forgets the oldest second, and admits nothing any more from that second or before, so that none is admitted twice.
 */
export class NonceMemory {
	readonly #limit: number;
	readonly #windowMillis: number;
	/** Nonces by the second that they were signed in. */
	readonly #seconds = new Map<number, Set<string>>();
	#size = 0;
	/** Nothing from before this second is admitted: it was forgotten too early. */
	#floor = 0;
	#lastSweep = 0;

	constructor({ limit, windowMillis }: { readonly limit: number; readonly windowMillis: number }) {
		this.#limit = limit;
		this.#windowMillis = windowMillis;
	}

	get size(): number {
		return this.#size;
	}

	/** True for the first request with this nonce. `time`: when it was signed; both in milliseconds since 1970. */
	admit(nonce: string, time: number, now: number): boolean {
		this.#sweep(Math.floor((now - this.#windowMillis) / 1000));
		const second = Math.floor(time / 1000);
		if (second < this.#floor) return false;
		let seen = this.#seconds.get(second);
		if (seen === undefined) {
			seen = new Set();
			this.#seconds.set(second, seen);
		}
		if (seen.has(nonce)) return false;
		seen.add(nonce);
		this.#size += 1;
		if (this.#size > this.#limit) {
			this.#floor = Math.min(...this.#seconds.keys()) + 1;
			this.#forgetBefore(this.#floor);
		}
		return true;
	}

	/** Once a second: what is older than the window is refused by its time. */
	#sweep(oldest: number): void {
		if (oldest === this.#lastSweep) return;
		this.#lastSweep = oldest;
		this.#forgetBefore(oldest);
	}

	#forgetBefore(second: number): void {
		for (const [each, nonces] of this.#seconds) {
			if (each >= second) continue;
			this.#size -= nonces.size;
			this.#seconds.delete(each);
		}
	}
}
