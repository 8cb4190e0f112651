import type { ExecutionResult } from "graphql";
import type { ObservedFetch } from "../execute/fetch-observer.ts";

/** One fetch of an operation, as it went. */
export interface FetchRecord extends ObservedFetch {
	/** Since the operation began. */
	readonly startMillis: number;
	readonly millis: number;
	/** Null where the subgraph did not answer. */
	readonly result: ExecutionResult | null;
}
