import { GraphQLError, type GraphQLFormattedError } from "graphql";
import type { ErrorCode } from "../../core/errors/catalogue.ts";

/** Why an operation was not executed at all: the response has `errors` and no `data`. */
export class RequestError extends Error {
	override readonly name = "RequestError";
	readonly code: ErrorCode;
	readonly errors: readonly GraphQLError[];

	/** All errors carry the code. */
	constructor(code: ErrorCode, errors: readonly GraphQLError[]) {
		super(errors.map((error) => shortened(error.message)).join("\n"));
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

/** Messages repeat what was sent, which may be long. */
const mostMessageChars = 1000;

const shortened = (message: string): string =>
	message.length <= mostMessageChars ? message : `${message.slice(0, mostMessageChars)}…`;

function withCode(code: ErrorCode, error: GraphQLError): GraphQLError {
	return new GraphQLError(shortened(error.message), {
		nodes: error.nodes ?? null,
		source: error.source ?? null,
		positions: error.positions ?? null,
		path: error.path ?? null,
		extensions: { ...error.extensions, code },
	});
}
