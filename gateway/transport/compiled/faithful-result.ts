import { type ExecutionResult, type GraphQLError, locatedError } from "graphql";
import { Deoptimization } from "./deoptimization.ts";

/**
 * The result of compiled code with the errors that graphql-js has for it; null where they may differ: a null that
 * rose (graphql-jit reports every error below it, in an order of its own), and an error of graphql-jit's own.
 */
export function faithfulResult({ data, errors }: ExecutionResult): ExecutionResult | null {
	if (data === null || data === undefined) return null;
	if (errors === undefined) return { data };
	const located: GraphQLError[] = [];
	for (const error of errors) {
		const cause = causeOf(error);
		if (cause === null || !isNullAt(data, error.path)) return null;
		located.push(locatedError(cause, undefined, error.path));
	}
	return { data, errors: located };
}

/** What a resolver or a serializer threw: the latter reaches the result in the place of the message. */
function causeOf({ originalError, message }: { readonly originalError?: unknown; readonly message: unknown }) {
	const cause = originalError ?? message;
	return cause instanceof Error && !(cause instanceof Deoptimization) ? cause : null;
}

function isNullAt(data: unknown, path: GraphQLError["path"]): boolean {
	let at = data;
	for (const key of path ?? []) {
		if (typeof at !== "object" || at === null) return false;
		at = (at as Record<string | number, unknown>)[key];
	}
	return at === null;
}
