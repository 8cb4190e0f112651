/** Sums over the sample of `sampleSql` that the measures of `core/training/association.ts` are made from. */
import { sampleTable } from "./profile-sql.ts";

/** What of a column is compared: its number, its category, or whether there is a value. */
export interface Side {
	readonly index: number;
	readonly as: "number" | "category" | "presence";
}

function valueOf({ index, as }: Side): string {
	if (as === "number") return `n${index}`;
	return as === "category" ? `p${index}` : `CAST(p${index} IS NOT NULL AS DOUBLE)`;
}

/** Correlation and rows of each pair of numbers, one after the other, in one row. */
export const pearsonSql = (pairs: readonly (readonly [Side, Side])[]): string =>
	`SELECT ${pairs
		.map(([a, b]) => `corr(${valueOf(b)}, ${valueOf(a)}), regr_count(${valueOf(b)}, ${valueOf(a)})`)
		.join(", ")} FROM ${sampleTable}`;

/** Rows, groups, and the squared distances within them and in all. */
export const groupsSql = (category: Side, number: Side): string => `
	WITH pairs AS (
		SELECT ${valueOf(category)} AS g, ${valueOf(number)} AS v FROM ${sampleTable}
		WHERE ${valueOf(category)} IS NOT NULL AND ${valueOf(number)} IS NOT NULL
	), groups AS (SELECT count(*) AS c, var_pop(v) AS w FROM pairs GROUP BY g)
	SELECT CAST(sum(c) AS DOUBLE), CAST(count(*) AS DOUBLE), sum(c * w), (SELECT var_pop(v) * count(*) FROM pairs) FROM groups`;

/** Rows, categories of either side, and the sum of count² / (row's count · column's count). */
export const contingencySql = (left: Side, right: Side): string => `
	WITH cells AS (
		SELECT ${valueOf(left)} AS l, ${valueOf(right)} AS r, CAST(count(*) AS DOUBLE) AS c FROM ${sampleTable}
		WHERE ${valueOf(left)} IS NOT NULL AND ${valueOf(right)} IS NOT NULL GROUP BY l, r
	), sums AS (SELECT c, l, r, sum(c) OVER (PARTITION BY l) AS cl, sum(c) OVER (PARTITION BY r) AS cr FROM cells)
	SELECT coalesce(sum(c), 0), CAST(count(DISTINCT l) AS DOUBLE), CAST(count(DISTINCT r) AS DOUBLE), sum(c * c / (cl * cr))
	FROM sums`;
