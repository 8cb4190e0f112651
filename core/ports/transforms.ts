import type { ViewTransform } from "../definitions/model.ts";

/**
 * A function of the operator's over one row: request data and features of the input views in, features out. Values are
 * as `core/values/value.ts` has them, JSON parsed.
 */
export type RowFunction = (inputs: TransformInputs) => unknown;

/** `request`, and each input view by its name. */
export type TransformInputs = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The operator's trusted files of functions. */
export interface Transforms {
	/**
	 * For a project, whose files they may be all or those of a folder of its own: SHA-256 (hex) of a file as it is now, once it has been loaded and found to have the function. UNSUPPORTED where no
	 * folder is trusted; UNREADABLE_FILE; DEFINITION_INVALID where it has no such function.
	 */
	fingerprint(project: string, file: string, name: string): Promise<string>;
	/** The function of the content that a version was made from, wherever it lies in the folder by now. Throws likewise. */
	load(project: string, transform: ViewTransform): Promise<RowFunction>;
}
