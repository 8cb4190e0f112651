import { type ExecutionResult, GraphQLError, type GraphQLErrorExtensions } from "graphql";
import type { ErrorCode } from "../../../core/errors/catalogue.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";

export interface ReadingLimits {
	readonly responseErrors: number;
}

/** An error that a subgraph did not mean for clients: what it said goes to the log, under the request id. */
export type Hide = (error: { readonly message: string; readonly path: unknown; readonly extensions: unknown }) => {
	readonly message: string;
	readonly requestId: string;
};

/**
 * A parsed answer as a result: its shape is checked, its errors are made public. An error that the subgraph meant has a code
 * other than INTERNAL_SERVER_ERROR. Throws a SubgraphFailure for what is no GraphQL response.
 */
export function readResult(answer: unknown, { responseErrors }: ReadingLimits, hide: Hide): ExecutionResult {
	if (!isObject(answer)) throw malformed("it is no object");
	const { data = null, errors: given = null } = answer as { readonly data?: unknown; readonly errors?: unknown };
	if (data !== null && !isObject(data)) throw malformed("`data` is no object");
	if (given !== null && !Array.isArray(given)) throw malformed("`errors` is no list");
	const errors = (given ?? []).slice(0, responseErrors).map((error: unknown) => readError(error, hide));
	if (data === null && errors.length === 0) throw malformed("it has neither data nor errors");
	if (errors.length === 0) return { data };
	return "data" in answer ? { errors, data } : { errors };
}

function readError(error: unknown, hide: Hide): GraphQLError {
	if (!isObject(error)) throw malformed("an error is no object");
	const { message, path = null, extensions = null } = error;
	if (typeof message !== "string") throw malformed("an error has no message");
	if (path !== null && !isPath(path)) throw malformed("the path of an error is no list of names and positions");
	if (extensions !== null && !isObject(extensions)) throw malformed("the extensions of an error are no object");
	const code = extensions?.["code"];
	const meant = typeof code === "string" && code !== hiddenCode;
	const shown = meant
		? { message, extensions: publicExtensions(extensions ?? {}) }
		: hidden(hide({ message, path, extensions }));
	return new GraphQLError(shown.message, { path, extensions: shown.extensions });
}

const hiddenCode = "INTERNAL_SERVER_ERROR" satisfies ErrorCode;
const hidden = ({ message, requestId }: ReturnType<Hide>) => ({ message, extensions: { code: hiddenCode, requestId } });

/** What errors of subgraphs may say beside their message. Others add stack traces, queries and addresses there. */
const publicNames = ["code", "name", "nearest", "hint", "index"];

function publicExtensions(extensions: Readonly<Record<string, unknown>>): GraphQLErrorExtensions {
	return Object.fromEntries(publicNames.flatMap((name) => (name in extensions ? [[name, extensions[name]]] : [])));
}

const isPath = (value: unknown): value is readonly (string | number)[] =>
	Array.isArray(value) &&
	value.every(
		(step) => typeof step === "string" || (typeof step === "number" && Number.isSafeInteger(step) && step >= 0),
	);

/** A number that is kept as it was written is an object without a prototype. */
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
	typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const malformed = (why: string): SubgraphFailure =>
	new SubgraphFailure("malformed", `an answer that is no GraphQL response: ${why}`);
