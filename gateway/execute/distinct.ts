import type { Representation } from "./representation.ts";

/** Representations in the order of their first occurrence, each value once. */
export class DistinctRepresentations {
	readonly list: Representation[] = [];
	/** Of representations by one plain key, the usual case: position by type, then by key. */
	readonly #byKey = new Map<unknown, Map<unknown, number>>();
	readonly #byText = new Map<string, number>();

	/** Its position in the list. */
	add(representation: Representation): number {
		const names = Object.keys(representation);
		const [first = "", second = ""] = names;
		const key = representation[second];
		if (names.length === 2 && first === "__typename" && (typeof key === "string" || typeof key === "number")) {
			const typename = representation[first];
			let keys = this.#byKey.get(typename);
			if (keys === undefined) {
				keys = new Map();
				this.#byKey.set(typename, keys);
			}
			return this.#position(keys, key, representation);
		}
		return this.#position(this.#byText, JSON.stringify(representation), representation);
	}

	#position<K>(positions: Map<K, number>, key: K, representation: Representation): number {
		const known = positions.get(key);
		if (known !== undefined) return known;
		positions.set(key, this.list.length);
		return this.list.push(representation) - 1;
	}
}
