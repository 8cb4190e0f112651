import type { ServedTime } from "../freshness/freshness.ts";

/** What was served by each view version, and what the last check made of it. */
export interface FreshnessStore {
	/** Keeps the newest event time of each version; an older one changes nothing. */
	recordServed(served: ReadonlyMap<number, ServedTime>): Promise<void>;
	served(viewVersionIds: readonly number[]): Promise<ReadonlyMap<number, ServedTime>>;
}
