import { type ExecutionResult, GraphQLError } from "graphql";
import { isMeant, type Masking, publicErrors } from "./public-error.ts";
import { WrittenResult } from "./result-json.ts";

/**
 * The response of an execution: errors made public, and nothing that is empty. An execution without `data` did
 * not begin, because of its variables.
 */
export function completeResult(result: ExecutionResult, masking: Masking): ExecutionResult {
	if (result instanceof WrittenResult) return result;
	if (result.data === undefined) return { errors: publicErrors((result.errors ?? []).map(asBadInput), masking) };
	if (result.errors === undefined || result.errors.length === 0) return { data: result.data };
	return { errors: publicErrors(result.errors, masking), data: result.data };
}

/** An error without a path is of the variables, whatever a scalar threw; one with a path is of a resolver. */
function asBadInput(error: GraphQLError): GraphQLError {
	if (error.path !== undefined || isMeant(error)) return error;
	return new GraphQLError(error.message, { extensions: { code: "BAD_USER_INPUT" } });
}
