/** Rows that a join reads, wherever they lie. */
import { rm } from "node:fs/promises";
import { type DuckdbView, type RowBounds, storedRows } from "../../../core/offline/duckdb/rows.ts";
import { bigint, text } from "../../../core/offline/duckdb/sql-text.ts";

/** Rows that a scan can read. */
export interface OpenedRows {
	readonly target: DuckdbView;
	rows(bounds: RowBounds): string;
	close(): Promise<void>;
}

/** Rows that lie normalised in Parquet files of our own, removed at close. */
export function storedFiles(target: DuckdbView, paths: readonly string[]): OpenedRows {
	const rows = storedRows(target, `read_parquet([${paths.map(text).join(", ")}])`);
	return {
		target,
		rows({ from, to }) {
			const conditions: string[] = [];
			if (from !== null) conditions.push(`e >= ${bigint(from)}`);
			if (to !== null) conditions.push(`e <= ${bigint(to)}`);
			return conditions.length === 0 ? rows : `${rows} WHERE ${conditions.join(" AND ")}`;
		},
		async close() {
			await Promise.all(paths.map((path) => rm(path, { force: true })));
		},
	};
}
