import { GraphQLError, type GraphQLErrorExtensions } from "graphql";
import type { ErrorCode } from "../../core/errors/catalogue.ts";
import { FeaturegraphError, FeaturegraphErrors } from "../../core/errors/featuregraph-error.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import type { Logger } from "../../core/ports/logger.ts";

/** For whom errors are made public, and where what is hidden goes. */
export interface Masking {
	readonly requestId: string;
	readonly logger: Logger;
}

type Path = readonly (string | number)[] | undefined;

/**
 * What a client may know of errors: those thrown on purpose (FeaturegraphError, or a GraphQLError with
 * `extensions.code`) with their code; all others as INTERNAL_SERVER_ERROR under the request id, which the log has.
 * An error that stands for several becomes several.
 */
export function publicErrors(errors: readonly unknown[], masking: Masking): GraphQLError[] {
	return errors.flatMap((error) => publish(error, undefined, masking));
}

/** Was it thrown on purpose, with a code? */
export function isMeant(error: unknown): boolean {
	const cause = causeOf(error);
	if (cause instanceof FeaturegraphError || cause instanceof FeaturegraphErrors) return true;
	return cause instanceof GraphQLError && typeof cause.extensions["code"] === "string";
}

function publish(error: unknown, outerPath: Path, masking: Masking): GraphQLError[] {
	const path = (error instanceof GraphQLError ? error.path : undefined) ?? outerPath;
	const cause = causeOf(error);
	if (cause instanceof AggregateError) return cause.errors.flatMap((part: unknown) => publish(part, path, masking));
	if (cause instanceof FeaturegraphErrors) return cause.errors.map((part) => fromUserError(part, path));
	if (cause instanceof FeaturegraphError) return [fromUserError(cause.toUserError(), path)];
	if (cause instanceof GraphQLError && typeof cause.extensions["code"] === "string") {
		return [publicError(cause.message, cause.extensions, path)];
	}
	// graphql-js refuses an argument that its scalar does not parse with the place in the document, and no code.
	if (cause instanceof GraphQLError && cause.nodes !== undefined) {
		return [publicError(cause.message, { code: "BAD_USER_INPUT" satisfies ErrorCode }, path)];
	}
	masking.logger.error({ requestId: masking.requestId, path, err: cause }, "An error was hidden from the client");
	return [
		publicError(
			`An error of ours. The log has it under the request id ${masking.requestId}.`,
			{ code: "INTERNAL_SERVER_ERROR" satisfies ErrorCode, requestId: masking.requestId },
			path,
		),
	];
}

function causeOf(error: unknown): unknown {
	let cause = error;
	while (cause instanceof GraphQLError && cause.originalError !== undefined) cause = cause.originalError;
	return cause;
}

function fromUserError({ code, message, name, nearest, hint, index }: UserError, path: Path): GraphQLError {
	return publicError(
		message,
		{
			code,
			...(name === undefined ? {} : { name }),
			nearest,
			...(hint === undefined ? {} : { hint }),
			...(index === undefined ? {} : { index }),
		},
		path,
	);
}

/** Places in the document are left out: behind a gateway they are those of a document that no client has seen. */
function publicError(message: string, extensions: GraphQLErrorExtensions, path: Path): GraphQLError {
	return new GraphQLError(message, { path, extensions });
}
