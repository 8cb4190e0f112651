import type { SplitDefinition } from "../training/splits.ts";
import type { Column } from "../values/type.ts";

/** Cuts Parquet files of ours into the parts of a definition. */
export interface FrameParts {
	/**
	 * Writes the rows of one part (by its place among the parts) in their order to a Parquet file at `path`; how many they
	 * are. `columns`: those of the files; the definition names none but these.
	 */
	write(
		paths: readonly string[],
		source: { readonly columns: readonly Column[]; readonly timestampColumn: string },
		definition: SplitDefinition,
		part: number,
		path: string,
		signal: AbortSignal,
	): Promise<bigint>;
}
