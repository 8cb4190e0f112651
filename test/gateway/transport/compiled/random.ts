import { createHash } from "node:crypto";

/** Choices that follow from a seed: in order, or by a name, which gives the same answer however often it is asked. */
export interface Random {
	between(least: number, most: number): number;
	chance(hundredths: number): boolean;
	at(name: string, count: number): number;
}

export function randomOf(seed: number): Random {
	let drawn = 0;
	const at = (name: string, count: number) =>
		createHash("sha1").update(`${seed} ${name}`).digest().readUInt32BE() % count;
	const between = (least: number, most: number) => {
		drawn += 1;
		return least + at(`#${drawn}`, most - least + 1);
	};
	return { between, chance: (hundredths) => between(0, 99) < hundredths, at };
}
