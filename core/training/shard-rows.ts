/** Rows of one row group of the Parquet files that are written here. */
const rowGroupRows = 122_880;

/**
 * How many rows each shard of a large training set has (the last one may have fewer); null where it is drawn at once.
 * Shards are about as large as `wanted`, of one size and of whole row groups, so that joined they are the file that would
 * have been written at once.
 */
export function shardRowsOf(rowCount: number, wanted: number): number | null {
	const count = Math.round(rowCount / wanted);
	if (count < 2) return null;
	const even = Math.ceil(rowCount / count);
	return wanted < rowGroupRows ? even : Math.ceil(even / rowGroupRows) * rowGroupRows;
}

/** The rows of one shard among `rowCount`. */
export function shardAt(index: number, shardRows: number, rowCount: number): { first: number; rowCount: number } {
	const first = index * shardRows;
	return { first, rowCount: Math.max(0, Math.min(shardRows, rowCount - first)) };
}
