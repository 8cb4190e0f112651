/** How strongly two columns go together, from sums over their rows: 0 not at all, 1 the one tells the other. */
import type { ValueType } from "../values/type.ts";

export type Measure = "PEARSON" | "CORRELATION_RATIO" | "CRAMERS_V";

export interface Association {
	readonly feature: string;
	readonly label: string;
	readonly measure: Measure;
	/** Whether it is of there being a value, rather than of the value. */
	readonly ofPresence: boolean;
	/** 0 to 1. */
	readonly strength: number;
	/** Rows that have both. */
	readonly rowCount: number;
}

export type ColumnKind = "number" | "category";

/** Fewer rows say nothing. */
const leastRows = 30;
/** With fewer rows to a category, its mean is its row. */
const leastRowsPerCategory = 2;

/** What values of a type are to a measure; null: they have none. Times are numbers, and so is false or true. */
export function columnKind({ scalar, isArray }: ValueType): ColumnKind | null {
	if (isArray || scalar === "JSON" || scalar === "BYTES") return null;
	return scalar === "STRING" ? "category" : "number";
}

/** Of two numbers (point-biserial where one is false or true). Null: too few rows, or one of them is always the same. */
export function pearson(correlation: number | null, rowCount: number): number | null {
	if (rowCount < leastRows || correlation === null || !Number.isFinite(correlation)) return null;
	return Math.min(1, Math.abs(correlation));
}

export interface Groups {
	readonly rowCount: number;
	readonly groupCount: number;
	/** Sum over the groups of the squared distances from their mean. */
	readonly within: number;
	/** Sum of the squared distances from the mean of all. */
	readonly total: number;
}

/** Of a category and a number: what the category's means explain of it, less what as many random ones would (ε). */
export function correlationRatio({ rowCount, groupCount, within, total }: Groups): number | null {
	if (rowCount < leastRows || groupCount < 2 || rowCount < leastRowsPerCategory * groupCount || !(total > 0))
		return null;
	const unexplained = (within / total) * ((rowCount - 1) / (rowCount - groupCount));
	return Math.sqrt(Math.min(1, Math.max(0, 1 - unexplained)));
}

export interface Contingency {
	readonly rowCount: number;
	readonly leftCount: number;
	readonly rightCount: number;
	/** Sum over the cells of count² / (row's count · column's count). */
	readonly share: number;
}

/** Of two categories: Cramér's V, corrected for its bias (Bergsma 2013). */
export function cramersV({ rowCount, leftCount, rightCount, share }: Contingency): number | null {
	const most = Math.max(leftCount, rightCount);
	if (rowCount < leastRows || leftCount < 2 || rightCount < 2 || rowCount < leastRowsPerCategory * most) return null;
	const n = rowCount - 1;
	const corrected = Math.max(0, share - 1 - ((leftCount - 1) * (rightCount - 1)) / n);
	const left = leftCount - (leftCount - 1) ** 2 / n;
	const right = rightCount - (rightCount - 1) ** 2 / n;
	const strength = Math.sqrt(corrected / (Math.min(left, right) - 1));
	return Number.isFinite(strength) ? Math.min(1, strength) : null;
}
