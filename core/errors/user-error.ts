import type { ErrorCode } from "./catalogue.ts";

/** What the caller can mend: the shape of `UserError` in the GraphQL contract. */
export interface UserError {
	readonly code: ErrorCode;
	readonly message: string;
	readonly path?: readonly string[];
	/** Row of the input that it speaks of, from 0. */
	readonly index?: number;
	/** What was named and not found, or not accepted. */
	readonly name?: string;
	/** The valid names that lie nearest to `name`, best first. */
	readonly nearest: readonly string[];
	/** The next step. */
	readonly hint?: string;
}
