import type { ExecutionResult, GraphQLError } from "graphql";
import { codeOf } from "./data.ts";
import type { MonolithResult } from "./monolith.ts";

type Path = readonly (string | number)[];

/**
 * What is different between an answer and the monolith's; null: nothing.
 *
 * The data are the same to the letter, the order of keys included. Errors: of several that would null the same
 * position, GraphQL lets an execution report any (a sibling of a field that failed may be cancelled). So each null
 * that an error has left is told by both, and each error that is told is one that this operation can have there, with
 * its code.
 */
export function difference(answer: ExecutionResult, { result, possible }: MonolithResult): string | null {
	const data = JSON.stringify(answer.data);
	const expected = JSON.stringify(result.data);
	if (data !== expected) return `data\n  is       ${data}\n  expected ${expected}\n${errorList(answer, result)}`;
	for (const error of answer.errors ?? []) {
		const code = possible.get(JSON.stringify(error.path));
		if (code === undefined) return `an error that cannot be there: ${told(error)}\n${errorList(answer, result)}`;
		if (code !== codeOf(error)) return `an error of another code: ${told(error)}, not ${code}`;
	}
	const paths = (answer.errors ?? []).map(({ path }) => JSON.stringify(path));
	const twice = paths.find((path, index) => paths.indexOf(path) !== index);
	if (twice !== undefined) return `an error is told twice at ${twice}\n${errorList(answer, result)}`;
	const left = nulledBy(answer);
	const wanted = nulledBy(result);
	const missing = wanted.filter((path) => !left.includes(path));
	const extra = left.filter((path) => !wanted.includes(path));
	if (missing.length > 0) return `nulls that no error explains: ${missing.join(" ")}\n${errorList(answer, result)}`;
	if (extra.length > 0) return `errors of nulls that are none: ${extra.join(" ")}\n${errorList(answer, result)}`;
	return null;
}

/** Where the errors of a result have left their nulls. */
function nulledBy({ data, errors = [] }: ExecutionResult): string[] {
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

function errorList(answer: ExecutionResult, expected: ExecutionResult): string {
	const list = ({ errors = [] }: ExecutionResult) => errors.map((error) => `    ${told(error)}`).join("\n");
	return `  errors\n${list(answer)}\n  expected\n${list(expected)}`;
}

function told(error: GraphQLError): string {
	return `${JSON.stringify(error.path)} ${codeOf(error)} ${error.message}`;
}
