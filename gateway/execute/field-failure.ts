import type { GraphQLErrorExtensions } from "graphql";
import type { FetchShape } from "./fetch-shape.ts";

/** An error of a subgraph, in the terms of clients. */
export interface FieldError {
	readonly message: string;
	/** Without a code it is masked before it leaves. */
	readonly extensions: GraphQLErrorExtensions;
}

export type Keys = readonly (string | number)[];

/** Where, seen from the value that failed, the error came up. */
export interface FailureOrigin {
	readonly error: FieldError;
	/** So many levels above the value, then down along `tail`. Null: wherever it leaves something missing. */
	readonly up: number | null;
	/** In the terms of the plan. */
	readonly tail: Keys;
}

/**
 * Stands in the merged data where a value is missing because of errors. It moves with what it stands in, so that an
 * error of an entity is reported at every place where the entity occurs, with the client's path of each.
 */
export class FieldFailure {
	readonly origins: readonly FailureOrigin[];
	/** What a fetch was to bring there: where another fetch brings a part of it, the rest is still missing. */
	readonly shape: FetchShape | null;

	constructor(origins: readonly FailureOrigin[], shape: FetchShape | null = null) {
		this.origins = origins;
		this.shape = shape;
	}

	/** All that is missing is missing because of these. */
	static of(...errors: readonly FieldError[]): FieldFailure {
		return new FieldFailure(errors.map(everywhere));
	}

	/** The same, of a composite value. */
	shaped(shape: FetchShape | null): FieldFailure {
		return shape === null || shape === this.shape ? this : new FieldFailure(this.origins, shape);
	}

	/** The same, seen from the value that this one is a field of. */
	above(): FieldFailure {
		return new FieldFailure(
			this.origins.map((origin) => (origin.up === null ? origin : { ...origin, up: Math.max(origin.up - 1, 0) })),
		);
	}

	/** The same, seen from one level further down. */
	below(): FieldFailure {
		if (this.origins.every(({ up }) => up === null)) return this;
		return new FieldFailure(
			this.origins.map((origin) => (origin.up === null ? origin : { ...origin, up: origin.up + 1 })),
		);
	}
}

export const everywhere = (error: FieldError): FailureOrigin => ({ error, up: null, tail: [] });
