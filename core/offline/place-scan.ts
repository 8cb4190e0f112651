/**
 * Where labels meet rows that lie in PostgreSQL. Label rows are always in a file by then: either they are looked up in the
 * database by its index, or the rows that they can read are copied out and joined in one pass. The smaller side moves.
 */
import type { ScanPlan } from "../ports/feature-join.ts";

export const offlineEngines = ["auto", "duckdb", "postgres"] as const;
/** `auto`: by cost. Rows of files are joined by DuckDB in any case. */
export type EngineChoice = (typeof offlineEngines)[number];

/** The two sides of a scan; null where nobody has counted. */
export interface ScanSides {
	/** Label rows, once for each binding. */
	readonly asks: number | null;
	/** Rows that could be read: those of the labels' times, and of their keys where these are few. */
	readonly rows: number | null;
	/** Whether the database finds a row of a label by an index. */
	readonly isIndexed: boolean;
}

export type Placement = Pick<ScanPlan, "engine" | "strategy" | "reason" | "estimatedCost">;

/** In rows copied out: looking one label up costs as much as copying that many; so does storing a row where an index finds it. */
const lookupCost = 4;
const storeCost = 2;

export function placeScan({ asks, rows, isIndexed }: ScanSides, choice: EngineChoice): Placement {
	const looked = cost(asks, lookupCost, isIndexed ? 0 : rows, storeCost);
	const moved = cost(rows, 1, asks, 1);
	const where = isIndexed
		? "the table has an index of the keys and the event time"
		: "no index of the keys and the event time, so the rows are stored once where there is one";
	const lookUp = (reason: string): Placement => ({
		engine: "postgres",
		strategy: "INDEX_LOOKUP",
		reason: `${reason} Each label finds its row in the database: ${where}.`,
		estimatedCost: looked,
	});
	const move = (reason: string): Placement => ({
		engine: "duckdb",
		strategy: "AS_OF_JOIN",
		reason: `${reason} The rows that the labels can read are copied out of the database once, and joined in one pass.`,
		estimatedCost: moved,
	});
	if (choice === "postgres") return lookUp("By configuration.");
	if (choice === "duckdb") return move("By configuration.");
	if (looked !== null && moved !== null) {
		return looked <= moved
			? lookUp("The labels are the smaller side.")
			: move("The rows are the smaller side, by what it costs to move them.");
	}
	const unknown = "One side has not been counted; it is decided anew when the rows are drawn.";
	return isIndexed ? lookUp(unknown) : move(unknown);
}

const cost = (a: number | null, perA: number, b: number | null, perB: number): number | null =>
	a === null || b === null ? null : a * perA + b * perB;
