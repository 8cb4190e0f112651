import type { OnlineUsage } from "./online-store.ts";

export type CircuitState = "closed" | "half-open" | "open";

/** Told of what happens between serving and the online store. */
export interface OnlineObserver {
	/** Whether the store is asked: `open` leaves it alone, `half-open` tries whether it is back. */
	circuit(kind: "read" | "write", state: CircuitState): void;
	/** A read that failed at once was tried again. */
	retried(): void;
	/** Keys of one read that the cache had, and had not. */
	cacheUsed(hits: number, misses: number): void;
	/** Asked from time to time how much the cache holds. */
	cacheOpened(size: () => { readonly entries: number; readonly bytes: number }): void;
	/** Asked from time to time how much the store holds. */
	storeOpened(usage: () => Promise<OnlineUsage>): void;
	/** Values that could not be decoded. */
	corrupted(count: number): void;
}

export const noObserver: OnlineObserver = {
	circuit() {},
	retried() {},
	cacheUsed() {},
	cacheOpened() {},
	storeOpened() {},
	corrupted() {},
};
