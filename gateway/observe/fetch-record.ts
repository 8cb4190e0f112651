import type { ExecutionResult } from "graphql";
import type { FetchObserver, ObservedFetch } from "../execute/fetch-observer.ts";

/** One fetch of an operation, as it went. */
export interface FetchRecord extends ObservedFetch {
	/** Since the operation began. */
	readonly startMillis: number;
	readonly millis: number;
	/** Null where the subgraph did not answer. */
	readonly result: ExecutionResult | null;
}

/** Takes down each fetch when it ends, around what else observes it. */
export function recordFetches(records: FetchRecord[], inner: FetchObserver): FetchObserver {
	const began = performance.now();
	return async (fetch, run) => {
		const start = performance.now();
		const ended = (result: ExecutionResult | null): void => {
			records.push({ ...fetch, startMillis: start - began, millis: performance.now() - start, result });
		};
		try {
			const result = await inner(fetch, run);
			ended(result);
			return result;
		} catch (error) {
			ended(null);
			throw error;
		}
	};
}
