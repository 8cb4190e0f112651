import { isUtf8 } from "node:buffer";
import { parseJson } from "../../core/values/parse-json.ts";
import { RequestError } from "../admit/request-error.ts";
import type { ClientRequest } from "../door.ts";

export interface ClientParams extends ClientRequest {
	/** What names the operation on a stream that carries several. */
	readonly operationId: string | null;
}

/** Throws a RequestError for what is not UTF-8: decoding would put something else in its place. */
export function textOfBody(body: Buffer): string {
	if (isUtf8(body)) return body.toString("utf8");
	throw RequestError.of("BAD_USER_INPUT", "The body is not UTF-8.");
}

/** The parameters of a POST body. Throws a RequestError that says what is wrong with them. */
export function paramsOfBody(body: string): ClientParams {
	return checkParams(parseText(body, "The body"));
}

/** The parameters of a GET request's query string, its maps as JSON. */
export function paramsOfQueryString(query: Readonly<Record<string, unknown>>): ClientParams {
	const { variables, extensions, operationName } = query;
	return checkParams({
		...query,
		operationName: operationName === "" ? null : operationName,
		variables: mapOfText("variables", variables),
		extensions: mapOfText("extensions", extensions),
	});
}

/** The parameters of a message or body that is JSON already. */
export function checkParams(params: unknown): ClientParams {
	if (Array.isArray(params)) {
		throw RequestError.of("BAD_USER_INPUT", "A request holds one operation, not a list.", "Send them one by one.");
	}
	if (!isMap(params)) throw RequestError.of("BAD_USER_INPUT", "A request is a JSON object with a `query`.");
	const { query, documentId, operationName, variables, extensions } = params;
	if (!isAbsent(documentId) && typeof documentId !== "string") throw invalid("documentId", "a string");
	if (!isAbsent(operationName) && typeof operationName !== "string") throw invalid("operationName", "a string");
	if (!isAbsent(variables) && !isMap(variables)) throw invalid("variables", "an object");
	if (!isAbsent(extensions) && !isMap(extensions)) throw invalid("extensions", "an object");
	const sha256Hash = persistedHash(extensions ?? {});
	const named = documentId ?? sha256Hash;
	if (typeof query !== "string" ? !isAbsent(query) || named === null : query === "" && named === null) {
		throw invalid("query", "a document, as a string");
	}
	refuseDeep(variables);
	return {
		query: typeof query === "string" ? query : "",
		documentId: documentId ?? null,
		sha256Hash,
		operationName: operationName ?? null,
		variables: variables ?? {},
		operationId: operationIdOf(extensions ?? {}),
	};
}

/** Of automatic persisted queries; null where they are not used. */
function persistedHash({ persistedQuery }: Readonly<Record<string, unknown>>): string | null {
	if (isAbsent(persistedQuery)) return null;
	if (isMap(persistedQuery) && persistedQuery["version"] === 1 && typeof persistedQuery["sha256Hash"] === "string") {
		return persistedQuery["sha256Hash"];
	}
	throw invalid("extensions.persistedQuery", "`{version: 1, sha256Hash}`");
}

function operationIdOf({ operationId }: Readonly<Record<string, unknown>>): string | null {
	if (isAbsent(operationId)) return null;
	if (typeof operationId !== "string" || operationId === "") throw invalid("extensions.operationId", "a string");
	return operationId;
}

/** What nests deeper than any input does would exhaust the stack of whoever walks it next. */
const variableLevels = 100;

function refuseDeep(value: unknown, level = 0): void {
	if (typeof value !== "object" || value === null) return;
	if (level > variableLevels) {
		throw RequestError.of("QUERY_TOO_COMPLEX", `The variables nest deeper than ${variableLevels} levels.`);
	}
	if (Array.isArray(value)) for (const item of value) refuseDeep(item, level + 1);
	else for (const item of Object.values(value)) refuseDeep(item, level + 1);
}

function mapOfText(name: string, text: unknown): unknown {
	if (text === undefined || text === "") return null;
	if (typeof text !== "string") throw invalid(name, "one JSON object");
	return parseText(text, `\`${name}\``);
}

function parseText(text: string, what: string): unknown {
	try {
		return parseJson(text);
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
