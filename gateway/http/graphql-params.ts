import { RequestError } from "../admit/request-error.ts";
import type { OperationRequest } from "../operation.ts";

/** The parameters of a POST body. Throws a RequestError that says what is wrong with them. */
export function paramsOfBody(body: string): OperationRequest {
	return checkParams(parseJson(body, "The body"));
}

/** The parameters of a GET request's query string, its maps as JSON. */
export function paramsOfQueryString(query: Readonly<Record<string, unknown>>): OperationRequest {
	const { variables, extensions, operationName } = query;
	return checkParams({
		...query,
		operationName: operationName === "" ? null : operationName,
		variables: mapOfText("variables", variables),
		extensions: mapOfText("extensions", extensions),
	});
}

/** The parameters of a message or body that is JSON already. */
export function checkParams(params: unknown): OperationRequest {
	if (Array.isArray(params)) {
		throw RequestError.of("BAD_USER_INPUT", "A request holds one operation, not a list.", "Send them one by one.");
	}
	if (!isMap(params)) throw RequestError.of("BAD_USER_INPUT", "A request is a JSON object with a `query`.");
	const { query, operationName, variables, extensions } = params;
	if (typeof query !== "string" || query === "") throw invalid("query", "a document, as a string");
	if (!isAbsent(operationName) && typeof operationName !== "string") throw invalid("operationName", "a string");
	if (!isAbsent(variables) && !isMap(variables)) throw invalid("variables", "an object");
	if (!isAbsent(extensions) && !isMap(extensions)) throw invalid("extensions", "an object");
	return { query, operationName: operationName ?? null, variables: variables ?? {} };
}

function mapOfText(name: string, text: unknown): unknown {
	if (text === undefined || text === "") return null;
	if (typeof text !== "string") throw invalid(name, "one JSON object");
	return parseJson(text, `\`${name}\``);
}

function parseJson(text: string, what: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw RequestError.of("BAD_USER_INPUT", `${what} is not JSON.`);
	}
}

function isMap(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isAbsent(value: unknown): value is null | undefined {
	return value === null || value === undefined;
}

function invalid(name: string, expected: string): RequestError {
	return RequestError.of("BAD_USER_INPUT", `\`${name}\` must be ${expected}.`);
}
