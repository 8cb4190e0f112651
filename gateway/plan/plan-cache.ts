import { LRUCache } from "lru-cache";

/**
 * What was made of operations of one generation of the graph, the ones that were used last. Several that ask for one
 * thing at once wait for one making of it; what fails is not kept.
 */
export class PlanCache<V extends object> {
	readonly #made: LRUCache<string, V>;
	readonly #making = new Map<string, Promise<V>>();

	constructor(max: number) {
		this.#made = new LRUCache({ max });
	}

	/** The value itself, not a promise, where it is there. */
	get(key: string, make: () => Promise<V>): V | Promise<V> {
		return this.#made.get(key) ?? this.#making.get(key) ?? this.#make(key, make);
	}

	async #make(key: string, make: () => Promise<V>): Promise<V> {
		const making = make();
		this.#making.set(key, making);
		try {
			const value = await making;
			this.#made.set(key, value);
			return value;
		} finally {
			this.#making.delete(key);
		}
	}
}
