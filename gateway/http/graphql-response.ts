import type { ExecutionResult } from "graphql";
import { type ErrorCode, errorCatalogue } from "../../core/errors/catalogue.ts";

export const legacyJson = "application/json";
export const responseJson = "application/graphql-response+json";
export const eventStream = "text/event-stream";

/** Of the operation itself, where a client of the older media type expects 200 and reads `errors`. */
const documentErrors: ReadonlySet<string> = new Set<ErrorCode>([
	"GRAPHQL_PARSE_FAILED",
	"GRAPHQL_VALIDATION_FAILED",
	"QUERY_TOO_COMPLEX",
	"BAD_USER_INPUT",
	"PERSISTED_QUERY_NOT_FOUND",
	"PERSISTED_QUERY_MISMATCH",
]);

/** The status of a response to a well-formed GraphQL request, by the rules of GraphQL over HTTP. */
export function statusOf(result: Pick<ExecutionResult, "data" | "errors">, mediaType: string): number {
	if (result.data !== undefined) return 200;
	const code = result.errors?.[0]?.extensions["code"];
	if (typeof code !== "string") return 500;
	if (mediaType === legacyJson && documentErrors.has(code)) return 200;
	return isErrorCode(code) ? errorCatalogue[code].status : 400;
}

function isErrorCode(code: string): code is ErrorCode {
	return Object.hasOwn(errorCatalogue, code);
}
