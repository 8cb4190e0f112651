import { FeaturegraphErrors } from "../errors/featuregraph-error.ts";
import type { UserError } from "../errors/user-error.ts";

/** A position in a definition file; lines and columns count from 1. */
export interface Place {
	readonly file: string;
	readonly line: number;
	readonly column: number;
}

/** What is wrong with the definitions, and where. */
export interface DefinitionError extends UserError, Partial<Place> {}

/** All that is wrong with the files of a project, in the order of files and lines. */
export class DefinitionErrors extends FeaturegraphErrors {
	declare readonly errors: readonly DefinitionError[];
}
