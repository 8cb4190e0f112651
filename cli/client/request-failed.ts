/** An error of the gateway as a person should read it: `UserError`, `DefinitionError` and GraphQL errors alike. */
export interface ServerError {
	readonly code: string;
	readonly message: string;
	readonly path?: readonly string[] | null;
	readonly index?: number | null;
	readonly name?: string | null;
	readonly nearest?: readonly string[] | null;
	readonly hint?: string | null;
	readonly file?: string | null;
	readonly line?: number | null;
	readonly column?: number | null;
}

/** The gateway answered, and the answer was no. */
export class RequestFailed extends Error {
	override readonly name = "RequestFailed";
	readonly errors: readonly ServerError[];

	constructor(errors: readonly ServerError[]) {
		super(errors.map((error) => error.message).join("\n"));
		this.errors = errors;
	}
}

/** Throws when a mutation's payload carries `userErrors`. */
export function refuseUserErrors(errors: readonly ServerError[]): void {
	if (errors.length > 0) throw new RequestFailed(errors);
}

/** The selection of `userErrors` that `RequestFailed` shows. */
export const userErrorFields = "userErrors { code message path index name nearest hint }";
