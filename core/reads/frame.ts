/** What a read answers: column by column, rows in the order of the request. */
import type { UserError } from "../errors/user-error.ts";
import type { ViewVersion } from "../registry/snapshot.ts";
import type { ValueType } from "../values/type.ts";
import type { Micros } from "../values/value.ts";

export type FeatureStatus = "PRESENT" | "NULL_VALUE" | "NOT_FOUND" | "OUTSIDE_MAX_AGE" | "ERROR";
export type ColumnRole = "JOIN_KEY" | "REQUEST" | "LABEL" | "FEATURE";

export interface FrameColumn {
	readonly name: string;
	readonly role: ColumnRole;
	readonly type: ValueType;
	/** FeatureValue JSON, ready to be sent. */
	readonly values: readonly unknown[];
	/** Of features alone. */
	readonly statuses: readonly FeatureStatus[] | null;
	/** Of features of stored views alone; the columns of one view share one list. */
	readonly eventTimes: readonly (Micros | null)[] | null;
	readonly feature: { readonly viewVersion: ViewVersion; readonly name: string } | null;
	/** Served from memory, because the online store did not answer. */
	readonly stale?: boolean;
}

export interface FeatureFrame {
	readonly rowCount: number;
	readonly columns: readonly FrameColumn[];
	readonly rowErrors: readonly UserError[];
	readonly registryVersion: number;
}
