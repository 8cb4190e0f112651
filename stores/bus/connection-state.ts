/** Whether events arrive, and who wants to know. */
export class ConnectionState {
	readonly #listeners = new Set<(connected: boolean) => void>();
	#connected: boolean;

	constructor(connected: boolean) {
		this.#connected = connected;
	}

	set(connected: boolean): void {
		if (connected === this.#connected) return;
		this.#connected = connected;
		for (const listener of this.#listeners) listener(connected);
	}

	/** The listener hears of the present state, then of every change. Returns how to stop. */
	follow(listener: (connected: boolean) => void): () => void {
		// A function of its own per call: the same listener may follow twice.
		const call = (connected: boolean): void => listener(connected);
		this.#listeners.add(call);
		call(this.#connected);
		return () => this.#listeners.delete(call);
	}
}
