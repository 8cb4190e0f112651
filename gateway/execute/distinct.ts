import type { Representation } from "./representation.ts";

/** Positions of the representations of one type by one plain key, the usual case. */
interface KeyPositions {
	readonly name: string;
	readonly positions: Map<string | number, number>;
}

/** Representations in the order of their first occurrence, each value once. */
export class DistinctRepresentations {
	readonly list: Representation[] = [];
	readonly #byType = new Map<unknown, KeyPositions>();
	readonly #byText = new Map<string, number>();

	/** Its position in the list. */
	add(representation: Representation): number {
		const names = Object.keys(representation);
		const [first, name = ""] = names;
		const key = representation[name];
		if (names.length === 2 && first === "__typename" && (typeof key === "string" || typeof key === "number")) {
			const typename = representation[first];
			let keys = this.#byType.get(typename);
			if (keys === undefined) {
				keys = { name, positions: new Map() };
				this.#byType.set(typename, keys);
			}
			if (keys.name === name) return this.#position(keys.positions, key, representation);
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
