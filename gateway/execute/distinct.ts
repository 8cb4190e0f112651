import type { Representation } from "./representation.ts";

/** Representations in the order of their first occurrence, each value once. */
export class DistinctRepresentations {
	readonly list: Representation[] = [];
	/** Nearly all are found here. */
	readonly #leading = new Map<unknown, Map<unknown, number>>();
	/** Of all others. */
	readonly #byText = new Map<string, number>();

	/** By leading value: the positions of the first representation of a type, of leaves alone, that has it. */
	leading(typename: unknown): Map<unknown, number> {
		let positions = this.#leading.get(typename);
		if (positions === undefined) {
			positions = new Map();
			this.#leading.set(typename, positions);
		}
		return positions;
	}

	/** Its position in the list. */
	add(representation: Representation): number {
		const positions = this.leading(representation["__typename"]);
		const value = leadingValue(representation);
		const position = positions.get(value);
		if (position === undefined) {
			if (isFlat(representation)) return this.#append(positions, value, representation);
		} else if (isSame(representation, this.list[position])) return position;
		const text = JSON.stringify(representation);
		return this.#byText.get(text) ?? this.#append(this.#byText, text, representation);
	}

	#append<K>(positions: Map<K, number>, key: K, representation: Representation): number {
		positions.set(key, this.list.length);
		return this.list.push(representation) - 1;
	}
}

function leadingValue(representation: Representation): unknown {
	for (const name in representation) if (name !== "__typename") return representation[name];
	return undefined;
}

function isFlat(representation: Representation): boolean {
	for (const name in representation) {
		const value = representation[name];
		if (typeof value === "object" && value !== null) return false;
	}
	return true;
}

/** Of one that is flat: the same leaves under the same names. */
function isSame(representation: Representation, flat: Representation = {}): boolean {
	for (const name in representation) if (representation[name] !== flat[name]) return false;
	for (const name in flat) if (!(name in representation)) return false;
	return true;
}
