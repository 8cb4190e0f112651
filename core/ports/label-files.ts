import type { FileFormat } from "./offline-engine.ts";

/** A value of a file that is not of its column's type, or a row that is none. */
export interface BadValue {
	/** From 0, without the header. */
	readonly row: number;
	/** From 1, where rows are lines whatever their values hold; null elsewhere. */
	readonly line: number | null;
	/** Null: the row as a whole. */
	readonly column: string | null;
	readonly value: string;
	/** As the engine names it. */
	readonly type: string;
}

/** Looks for what is wrong with a file of label rows that could not be read. */
export interface LabelFiles {
	/** The first of them; null where there is none, or the format has types of its own. */
	firstBadValue(path: string, format: FileFormat, signal: AbortSignal): Promise<BadValue | null>;
}
