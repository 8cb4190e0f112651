import type { Micros } from "../values/value.ts";

export type RowStatus = "PRESENT" | "NOT_FOUND" | "OUTSIDE_MAX_AGE";

/**
 * Status of the newest row at `now`: a deleted one is not found; one older than the ttl (null: unbounded) is outside
 * of it, and one exactly as old is inside. One ahead of `now` is present: it was
 * written when its time had come, by a clock that runs ahead of the reader's.
 */
export function rowStatus(eventTime: Micros, deleted: boolean, ttlMicros: Micros | null, now: Micros): RowStatus {
	if (deleted) return "NOT_FOUND";
	return ttlMicros !== null && now - eventTime > ttlMicros ? "OUTSIDE_MAX_AGE" : "PRESENT";
}
