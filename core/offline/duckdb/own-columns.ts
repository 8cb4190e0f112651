/** Columns that stand beside those of label rows in our SQL; no label column is called so. */

/** What DuckDB calls the position of a row in its Parquet file. */
export const fileRow = "file_row_number";
/** That position in the relation `labels`, which tells the rows of an answer apart. */
export const labelRow = "__row";

export const ownColumns: ReadonlySet<string> = new Set([fileRow, labelRow]);
