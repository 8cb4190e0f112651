/** Timeouts of one length, on one timer: beginning and ending one costs next to nothing, and most are ended in time. */
export class Timeouts {
	readonly #millis: number;
	/** Where the list of those that wait begins and ends: they follow one another in the order in which they are due. */
	readonly #ends: Waiting;
	#timer: NodeJS.Timeout | null = null;

	constructor(millis: number) {
		this.#millis = millis;
		this.#ends = new Waiting(Number.POSITIVE_INFINITY, () => undefined);
	}

	/** Calls `expired` when the time is over, unless what is returned was called before. Does not keep the process. */
	begin(expired: () => void): () => void {
		const waiting = new Waiting(performance.now() + this.#millis, expired);
		waiting.insertBefore(this.#ends);
		if (this.#timer === null) this.#lookIn(this.#millis);
		return () => waiting.end();
	}

	#lookIn(millis: number): void {
		this.#timer = setTimeout(() => this.#look(), millis).unref();
	}

	#look(): void {
		this.#timer = null;
		const now = performance.now();
		for (let first = this.#ends.next; first !== this.#ends; first = this.#ends.next) {
			if (first.due > now) {
				this.#lookIn(first.due - now);
				return;
			}
			first.end();
			first.expired();
		}
	}
}

/** Part of a ring: a set would hash each of them twice, and grow with what was deleted. */
class Waiting {
	readonly due: number;
	readonly expired: () => void;
	next: Waiting = this;
	#previous: Waiting = this;

	constructor(due: number, expired: () => void) {
		this.due = due;
		this.expired = expired;
	}

	insertBefore(next: Waiting): void {
		this.next = next;
		this.#previous = next.#previous;
		next.#previous.next = this;
		next.#previous = this;
	}

	/** Idempotent. */
	end(): void {
		this.#previous.next = this.next;
		this.next.#previous = this.#previous;
		this.next = this;
		this.#previous = this;
	}
}
