import type { ExecutionResult, GraphQLError } from "graphql";
import { codeOf } from "./data.ts";
import type { MonolithResult } from "./monolith.ts";
import { leadsToNull } from "./part.ts";

type Path = readonly (string | number)[];

/**
 * What is different between an answer and the monolith's; null: nothing.
 *
 * The data are the same to the letter, the order of keys included. Errors: of several that would null the same
 * position, GraphQL lets an execution report any (a sibling of a field that failed may be cancelled). So each null
 * that an error has left is told by both, and each error that is told is one that this operation can have there, with
 * its code, and leads to a null.
 */
export function difference(answer: ExecutionResult, { result, possible, required }: MonolithResult): string | null {
	const data = JSON.stringify(answer.data);
	const expected = JSON.stringify(result.data);
	if (data !== expected) return `data ${firstDifference(answer.data, result.data)}\n${errorList(answer, result)}`;
	const own: GraphQLError[] = [];
	for (const error of answer.errors ?? []) {
		if (!leadsToNull(answer.data, error.path ?? [])) {
			return `an error of what is there: ${told(error)}\n${errorList(answer, result)}`;
		}
		const path = JSON.stringify(error.path);
		const code = possible.get(path);
		if (code === codeOf(error)) own.push(error);
		else if (isOfRequired(error, required)) continue;
		else if (isConsequence(error, answer, { possible, required })) continue;
		else if (code !== undefined)
			return `an error of another code: ${told(error)}, not ${code}\n${errorList(answer, result)}`;
		else return `an error that cannot be there: ${told(error)}\n${errorList(answer, result)}`;
	}
	const paths = (answer.errors ?? []).map((error) => JSON.stringify([error.path, error.message]));
	const twice = paths.find((path, index) => paths.indexOf(path) !== index);
	if (twice !== undefined) return `an error is told twice at ${twice}\n${errorList(answer, result)}`;
	const left = nulledBy(answer.data, own);
	const wanted = nulledBy(result.data, result.errors);
	const missing = wanted.filter((path) => !left.includes(path));
	const extra = left.filter((path) => !wanted.includes(path));
	if (missing.length > 0) return `nulls that no error explains: ${missing.join(" ")}\n${errorList(answer, result)}`;
	if (extra.length > 0) return `errors of nulls that are none: ${extra.join(" ")}\n${errorList(answer, result)}`;
	return null;
}

/** A null in what was computed, of which a required field has failed: it may be for that. */
function isOfRequired(error: GraphQLError, required: MonolithResult["required"]): boolean {
	const path = error.path ?? [];
	return path.some(
		(_, depth) => required.get(JSON.stringify(path.slice(0, depth + 1)))?.includes(codeOf(error)) === true,
	);
}

/**
 * A subgraph that lacks a field which must not be null answers nothing of its entity. What another subgraph has of an
 * object within it lacks the rest then, and errors of fields that only the plan asked for have no place of their own:
 * both are told, too, below the null that the failure has left anyway.
 */
function isConsequence(
	error: GraphQLError,
	answer: ExecutionResult,
	{ possible, required }: Pick<MonolithResult, "possible" | "required">,
): boolean {
	const path = error.path ?? [];
	const left = nullAt(answer.data, path);
	if (left.length >= path.length) return false;
	const code = codeOf(error);
	const isOfPlan = [...required.values()].some((codes) => codes.includes(code));
	if (code !== "INTERNAL_SERVER_ERROR" && !isOfPlan) return false;
	return (answer.errors ?? []).some(
		(other) =>
			possible.get(JSON.stringify(other.path)) === codeOf(other) &&
			JSON.stringify(nullAt(answer.data, other.path ?? [])) === JSON.stringify(left),
	);
}

/** Where errors have left their nulls. */
function nulledBy(data: unknown, errors: readonly GraphQLError[] = []): string[] {
	return [...new Set(errors.map(({ path }) => JSON.stringify(nullAt(data, path ?? []))))].sort();
}

function nullAt(data: unknown, path: Path): Path {
	let value = data;
	for (const [depth, key] of path.entries()) {
		if (value === null || value === undefined) return path.slice(0, depth);
		value = (value as Record<string | number, unknown>)[key];
	}
	return path;
}

/** The outermost place where two values differ. */
function firstDifference(value: unknown, expected: unknown, path: Path = []): string {
	const both = [value, expected].every((part) => typeof part === "object" && part !== null);
	const keys = both ? Object.keys(expected as object) : [];
	if (both && JSON.stringify(keys) === JSON.stringify(Object.keys(value as object))) {
		for (const key of keys) {
			const own = (value as Record<string, unknown>)[key];
			const wanted = (expected as Record<string, unknown>)[key];
			if (JSON.stringify(own) !== JSON.stringify(wanted)) return firstDifference(own, wanted, [...path, key]);
		}
	}
	return `at ${JSON.stringify(path)}\n  is       ${JSON.stringify(value)}\n  expected ${JSON.stringify(expected)}`;
}

function errorList(answer: ExecutionResult, expected: ExecutionResult): string {
	const list = ({ errors = [] }: ExecutionResult) => errors.map((error) => `    ${told(error)}`).join("\n");
	return `  errors\n${list(answer)}\n  expected\n${list(expected)}`;
}

function told(error: GraphQLError): string {
	return `${JSON.stringify(error.path)} ${codeOf(error)} ${error.message}`;
}
