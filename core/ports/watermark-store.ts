import type { Micros } from "../values/value.ts";

/** Up to when the rows of a view version have been materialized. */
export interface WatermarkStore {
	/** Null: never yet. */
	get(viewVersionId: number): Promise<Micros | null>;
	/** Moves it forward, never back. */
	advance(viewVersionId: number, to: Micros): Promise<void>;
	/** As if they had never been materialized. */
	forget(viewVersionIds: readonly number[]): Promise<void>;
}
