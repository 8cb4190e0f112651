import { setImmediate as turn } from "node:timers/promises";
import { selectOperation } from "../admit/select-operation.ts";
import type { CompiledOperation } from "../execute/compile-operation.ts";
import { compiledFor } from "./compiled-for.ts";
import type { Generation } from "./generation.ts";
import type { HotOperation } from "./hot-operations.ts";

export interface WarmLimits {
	readonly warmedOperations: number;
	readonly warmMillis: number;
}

/** What was used less is not worth code of its own. */
const usesToPrepare = 2;

/**
 * Makes the operations that are used most ready on the next generation before it serves: parsed, validated, planned and
 * compiled there, in the subgraphs of this process, too. Between two of them the event loop turns. What no longer fits, or there is no time for, is left to
 * whoever asks it. Gives how many are ready.
 */
export async function warm(next: Generation, before: Generation, limits: WarmLimits): Promise<number> {
	const until = performance.now() + limits.warmMillis;
	let ready = 0;
	for (const { operation, uses } of before.hot.top(limits.warmedOperations)) {
		if (performance.now() > until) break;
		const compiled = await readyOn(next, operation);
		if (compiled !== null) {
			ready += 1;
			if (uses >= usesToPrepare) await compiled.prepare(operation.conditions);
			// What was used long ago counts less with every swap.
			next.hot.used(compiled, () => operation, uses / 2);
		}
		await turn();
	}
	return ready;
}

/** Null: it does not fit this generation, or cannot be planned now. */
async function readyOn(next: Generation, hot: HotOperation): Promise<CompiledOperation | null> {
	try {
		const document = next.admit(hot.query);
		const operation = selectOperation(document, hot.operationName);
		return await compiledFor(next, { document, operation }, { coerced: hot.conditions }, hot.principal);
	} catch {
		return null;
	}
}
