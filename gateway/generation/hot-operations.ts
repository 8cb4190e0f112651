import { LRUCache } from "lru-cache";
import type { Principal } from "../../core/ports/principal.ts";
import type { OperationVariables } from "../execute/operation-variables.ts";

/** What has to be known of an operation to make it ready on another generation. */
export interface HotOperation {
	readonly query: string;
	readonly operationName: string | null;
	/** The variables that conditions may read; of the others nothing is kept. */
	readonly conditions: Readonly<Record<string, boolean>>;
	/** One of those who sent it: what may be read decides how it is planned. */
	readonly principal: Principal;
}

export function hotOperation(
	{ query, operationName }: Pick<HotOperation, "query" | "operationName">,
	{ coerced }: Pick<OperationVariables, "coerced">,
	principal: Principal,
): HotOperation {
	const conditions: Record<string, boolean> = {};
	for (const [name, value] of Object.entries(coerced)) if (typeof value === "boolean") conditions[name] = value;
	return { query, operationName, conditions, principal };
}

interface Count {
	readonly operation: HotOperation;
	uses: number;
}

/** Counts how often the operations of one generation are used, to know which of them the next one should have ready. */
export class HotOperations {
	readonly #counts: LRUCache<object, Count>;

	constructor(most: number) {
		this.#counts = new LRUCache({ max: most });
	}

	/** `compiled` is the operation as this generation has it: the same object each time. */
	used(compiled: object, describe: () => HotOperation, uses = 1): void {
		const count = this.#counts.get(compiled);
		if (count === undefined) this.#counts.set(compiled, { operation: describe(), uses });
		else count.uses += uses;
	}

	/** Those that were used most, in order. */
	top(most: number): readonly Readonly<Count>[] {
		return [...this.#counts.values()].sort((a, b) => b.uses - a.uses).slice(0, most);
	}
}
