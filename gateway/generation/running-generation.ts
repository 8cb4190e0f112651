/** What an operation holds while it runs: the generation of the graph that it began on. */
export class Lease<G> {
	readonly #running: RunningGeneration<G>;
	readonly #end: (() => void) | undefined;
	#held = true;

	constructor(running: RunningGeneration<G>, end: (() => void) | undefined) {
		this.#running = running;
		this.#end = end;
		running.entered(end);
	}

	get generation(): G {
		return this.#running.generation;
	}

	/** Holds it for longer, on its own account. `end` makes a subscription release it soon. */
	again(end?: () => void): Lease<G> {
		return new Lease(this.#running, end);
	}

	/** The operation has ended. Idempotent. */
	release(): void {
		if (!this.#held) return;
		this.#held = false;
		this.#running.left(this.#end);
	}
}

/**
 * A generation with those who use it. It is let go once it is retired and the last of them has left. Subscriptions may
 * stay for days: they say how to end them, for when too many generations are kept for their sake.
 */
export class RunningGeneration<G> {
	readonly generation: G;
	readonly #letGo: (generation: G) => void;
	readonly #lingerMillis: number;
	readonly #endings = new Set<() => void>();
	#users = 0;
	#retired = false;
	#going: NodeJS.Timeout | undefined;

	/** `lingerMillis`: how long what was prepared on it may take to begin. */
	constructor(generation: G, letGo: (generation: G) => void, lingerMillis = 1000) {
		this.generation = generation;
		this.#letGo = letGo;
		this.#lingerMillis = lingerMillis;
	}

	get users(): number {
		return this.#users;
	}

	/** `end` makes a subscription release its lease soon. */
	lease(end?: () => void): Lease<G> {
		return new Lease(this, end);
	}

	/** For leases alone. */
	entered(end: (() => void) | undefined): void {
		if (this.#going !== undefined) clearTimeout(this.#going);
		this.#users += 1;
		if (end !== undefined) this.#endings.add(end);
	}

	/** For leases alone. */
	left(end: (() => void) | undefined): void {
		this.#users -= 1;
		if (end !== undefined) this.#endings.delete(end);
		this.#settle();
	}

	/** Nothing begins on it any more. */
	retire(): void {
		this.#retired = true;
		this.#settle();
	}

	endSubscriptions(): void {
		for (const end of [...this.#endings]) end();
	}

	#settle(): void {
		if (!this.#retired || this.#users > 0) return;
		clearTimeout(this.#going);
		this.#going = setTimeout(() => this.#letGo(this.generation), this.#lingerMillis).unref();
	}
}
