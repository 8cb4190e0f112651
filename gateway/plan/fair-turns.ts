/** Work that runs one after the other, and whose turn it is: those who wait take turns, however much each of them brings. */
export class FairTurns {
	/** By who brought it; the first is next. Nobody stays here without work. */
	readonly #waiting = new Map<string, (() => Promise<void>)[]>();
	#running: Promise<void> | null = null;

	/** How much of somebody's waits for its turn. */
	waitingOf(who: string): number {
		return this.#waiting.get(who)?.length ?? 0;
	}

	/** Resolves, or rejects, as the work does when it had its turn. */
	take<T>(who: string, work: () => Promise<T>): Promise<T> {
		const { promise, resolve, reject } = Promise.withResolvers<T>();
		const turn = (): Promise<void> => work().then(resolve, reject);
		const own = this.#waiting.get(who);
		if (own === undefined) this.#waiting.set(who, [turn]);
		else own.push(turn);
		this.#running ??= this.#run();
		return promise;
	}

	/** Resolves once nothing waits or runs any more. */
	async idle(): Promise<void> {
		while (this.#running !== null) await this.#running;
	}

	async #run(): Promise<void> {
		for (;;) {
			// What is brought in the same moment is there before anybody has a turn.
			await Promise.resolve();
			const [next] = this.#waiting;
			if (next === undefined) break;
			const [who, [turn, ...rest]] = next;
			this.#waiting.delete(who);
			// Behind all others.
			if (rest.length > 0) this.#waiting.set(who, rest);
			await turn?.();
		}
		this.#running = null;
	}
}
