import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { ErrorCode } from "../../core/errors/catalogue.ts";

/** Why an operation was not executed at all: the response has `errors` and no `data`. */
export class RequestError extends Error {
	override readonly name = "RequestError";
	readonly code: ErrorCode;
	readonly errors: readonly GraphQLError[];

	/** All errors carry the code. */
	constructor(code: ErrorCode, errors: readonly GraphQLError[]) {
		super(errors.map((error) => error.message).join("\n"));
		this.code = code;
		this.errors = errors.map((error) => withCode(code, error));
	}

	static of(code: ErrorCode, message: string, hint?: string): RequestError {
		return new RequestError(code, [new GraphQLError(message, hint === undefined ? {} : { extensions: { hint } })]);
	}

	toJSON(): { readonly errors: readonly GraphQLFormattedError[] } {
		return { errors: this.errors.map((error) => error.toJSON()) };
	}
}

function withCode(code: ErrorCode, error: GraphQLError): GraphQLError {
	return new GraphQLError(error.message, {
		nodes: error.nodes ?? null,
		source: error.source ?? null,
		positions: error.positions ?? null,
		path: error.path ?? null,
		extensions: { ...error.extensions, code },
	});
}
