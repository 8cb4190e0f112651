import type { FileFormat } from "./offline-engine.ts";

/** A value of a file that is not of its column's type. */
export interface BadValue {
	/** Of the rows behind the header, from 0. */
	readonly row: number;
	readonly column: string;
	readonly value: string;
	/** As the engine names it. */
	readonly type: string;
}

/** Looks for what is wrong with a file of label rows that could not be read. */
export interface LabelFiles {
	/** The first value that is not of its column's type; null where there is none, or the format has types of its own. */
	firstBadValue(path: string, format: FileFormat, signal: AbortSignal): Promise<BadValue | null>;
}
