import { setTimeout as wait } from "node:timers/promises";
import { SubgraphFailure } from "./subgraph-failure.ts";

export interface RetryRules {
	/** The longest wait before it. */
	readonly millis: number;
	readonly signal: AbortSignal;
	/** Told before it. */
	readonly retried: () => void;
}

/** Asks once more where there was no answer. For what changes nothing alone. */
export async function withOneRetry<T>(ask: () => Promise<T>, { millis, signal, retried }: RetryRules): Promise<T> {
	try {
		return await ask();
	} catch (error) {
		if (!(error instanceof SubgraphFailure) || error.reason !== "unreachable") throw error;
		await wait(Math.random() * millis, undefined, { signal }).catch((cause: unknown) => {
			throw new SubgraphFailure("left", "the operation ended", { cause });
		});
		retried();
		return ask();
	}
}
