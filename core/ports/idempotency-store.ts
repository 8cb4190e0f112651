import type { Micros } from "../values/value.ts";
import type { Json } from "./run-store.ts";

/** Where a key counts: what one principal has taken says nothing to another. */
export interface IdempotencyScope {
	readonly project: string;
	readonly mutation: string;
	/** The id of who calls. */
	readonly principal: string;
}

/** What a mutation answered to a key, so that a repeated call is answered the same. Kept for 24 hours. */
export interface IdempotencyStore {
	/**
	 * The answer under this key: that of the first call, where there was one; else what `make` answers, which is kept.
	 * Calls of one key wait for each other; a `make` that throws keeps nothing. One that has not answered after
	 * `claimMicros` (a minute, unless given) is taken to have died, and its key is free.
	 */
	once(scope: IdempotencyScope, key: string, make: () => Promise<Json>, claimMicros?: Micros): Promise<Json>;
	/** Forgets keys first used before `before`, at most `limit`; how many. */
	expire(before: Micros, limit: number): Promise<number>;
}
