import { setImmediate as turn } from "node:timers/promises";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";

/** Turns of the event loop after which nothing moves that does not wait for a subgraph. */
const turnsToSettle = 4;

/** Holds back what subgraphs answer, and lets go of one answer at a time. */
export class Turns {
	#waiting: (() => void)[] = [];

	around(executor: SubgraphExecutor): SubgraphExecutor {
		return {
			...executor,
			execute: async (request) => {
				const result = await executor.execute(request);
				await new Promise<void>((resolve) => this.#waiting.push(resolve));
				return result;
			},
		};
	}

	/**
	 * Lets go of answers until the work is done: of those that wait the one that is chosen, the first where nothing is. How
	 * many there were to choose from, each time.
	 */
	async until(done: Promise<unknown>, choices: readonly number[]): Promise<number[]> {
		const options: number[] = [];
		let ended = false;
		const end = (): void => {
			ended = true;
		};
		done.then(end, end);
		while (!ended) {
			for (let settled = 0; settled < turnsToSettle; settled += 1) await turn();
			if (this.#waiting.length === 0) continue;
			const chosen = Math.min(choices[options.length] ?? 0, this.#waiting.length - 1);
			options.push(this.#waiting.length);
			const [release] = this.#waiting.splice(chosen, 1);
			release?.();
		}
		return options;
	}
}

/** The next choices after these, which met so many options; null: every order has been. */
export function nextChoices(choices: readonly number[], options: readonly number[]): readonly number[] | null {
	for (let at = options.length - 1; at >= 0; at -= 1) {
		const chosen = choices[at] ?? 0;
		if (chosen + 1 < (options[at] ?? 0)) {
			return [...Array.from({ length: at }, (_, before) => choices[before] ?? 0), chosen + 1];
		}
	}
	return null;
}
