import type { ErrorCode } from "./catalogue.ts";
import type { UserError } from "./user-error.ts";

export type ErrorDetails = Partial<Omit<UserError, "code" | "message">>;

/** The one error that use cases throw on purpose. Anything else that reaches a face is masked. */
export class FeaturegraphError extends Error {
	override readonly name = "FeaturegraphError";
	readonly code: ErrorCode;
	readonly details: ErrorDetails;

	constructor(code: ErrorCode, message: string, details: ErrorDetails = {}, options?: ErrorOptions) {
		super(message, options);
		this.code = code;
		this.details = details;
	}

	toUserError(): UserError {
		return { code: this.code, message: this.message, nearest: [], ...this.details };
	}
}

/** Several errors of one input, told together. Has at least one. */
export class FeaturegraphErrors extends Error {
	override readonly name = "FeaturegraphErrors";
	readonly errors: readonly UserError[];

	constructor(errors: readonly UserError[]) {
		super(errors.map((error) => error.message).join("\n"));
		this.errors = errors;
	}
}
