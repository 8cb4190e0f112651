import type { Column } from "../../../core/values/type.ts";

/**
 * The options with which DuckDB writes a file of these columns. zstd: for files that last; lz4: for those of one request,
 * fast to write and to read.
 *
 * A dictionary of DuckDB's takes 0 and -0 for one value, so that the first of a row group stands for both of them: a file
 * with floating-point numbers has none.
 *
 * `partitionBy`: a column beside them; each of its values has files in a folder of its own, `COLUMN=VALUE`.
 */
export function parquetOptions(
	compression: "zstd" | "lz4",
	columns: readonly Pick<Column, "type">[],
	partitionBy?: string,
): string {
	const isFloat = columns.some(({ type: { scalar } }) => scalar === "FLOAT32" || scalar === "FLOAT64");
	const partitions = partitionBy === undefined ? "" : `, PARTITION_BY (${partitionBy})`;
	return `(FORMAT parquet, COMPRESSION ${compression}, ROW_GROUP_SIZE 122880${isFloat ? ", DICTIONARY_SIZE_LIMIT 0" : ""}${partitions})`;
}
