import type { EvaluatedColumn } from "../../../core/reads/evaluate-on-demand.ts";
import type { FeatureStatus } from "../../../core/reads/frame.ts";
import type { Micros, Value } from "../../../core/values/value.ts";

/** Rows to read, column by column: join keys and request data, each of its declared type. */
export interface OnlineRows {
	readonly rowCount: number;
	column(name: string): readonly Value[];
	/** 1 where a row is malformed: nothing is read for it, its statuses are ERROR. */
	readonly isBad: Uint8Array;
}

export interface ReadColumn {
	readonly values: readonly Value[];
	readonly statuses: readonly FeatureStatus[];
	/** Null for a feature computed on demand. */
	readonly eventTimes: readonly (Micros | null)[] | null;
	/** Expressions that failed. */
	readonly failures: EvaluatedColumn["failures"];
}
