import type { GraphQLErrorExtensions } from "graphql";

/** An error of a subgraph, in the terms of clients. */
export interface FieldError {
	readonly message: string;
	/** Without a code it is masked before it leaves. */
	readonly extensions: GraphQLErrorExtensions;
}

export type Keys = readonly (string | number)[];

/** Where, seen from the value that failed, the error came up: `up` levels above it, then down along `tail`. */
export interface FailureOrigin {
	readonly error: FieldError;
	readonly up: number;
	/** As the plan names fields; `_alias_x` is the client's `x`. */
	readonly tail: Keys;
}

/**
 * Stands in the merged data where a value is missing because of errors. It moves with what it stands in, so that an
 * error of an entity is reported at every place where the entity occurs, with the client's path of each.
 */
export class FieldFailure {
	readonly origins: readonly FailureOrigin[];

	constructor(origins: readonly FailureOrigin[]) {
		this.origins = origins;
	}

	/** The value itself failed. */
	static here(...errors: readonly FieldError[]): FieldFailure {
		return new FieldFailure(errors.map((error) => ({ error, up: 0, tail: [] })));
	}
}
