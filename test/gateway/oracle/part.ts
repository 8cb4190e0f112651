import type { ExecutionResult } from "graphql";
import { codeOf } from "./data.ts";

type Path = readonly (string | number)[];

/**
 * What is wrong with an answer that should be a part of the whole one: what is there is the same, and each null that is
 * not in the whole one has an error, of one of these codes, at it or below it. Nothing is said of the paths `elsewhere`, nor
 * of what is null in the whole one because of an error there. Null: nothing.
 */
export function partDifference(
	answer: ExecutionResult,
	whole: ExecutionResult,
	codes: ReadonlySet<string>,
	elsewhere: ReadonlySet<string> = new Set(),
): string | null {
	const errors = (answer.errors ?? []).map((error) => ({ path: error.path ?? [], code: codeOf(error) }));
	const isOf = (path: Path, above: Path): boolean => above.every((key, depth) => path[depth] === key);
	const nulledElsewhere = (whole.errors ?? []).flatMap(({ path = [] }) =>
		path.some((_, depth) => elsewhere.has(JSON.stringify(path.slice(0, depth + 1)))) ? [path] : [],
	);
	const walk = (value: unknown, expected: unknown, path: Path): string | null => {
		if (JSON.stringify(value) === JSON.stringify(expected) || elsewhere.has(JSON.stringify(path))) return null;
		if (expected === null && nulledElsewhere.some((error) => isOf(error, path))) return null;
		if (value === null) {
			const why = errors.filter((error) => isOf(error.path, path));
			return why.some(({ code }) => codes.has(code))
				? null
				: `a null that no error explains at ${JSON.stringify(path)}`;
		}
		const both = [value, expected].every((part) => typeof part === "object" && part !== null);
		const keys = both ? Object.keys(expected as object) : [];
		if (!both || JSON.stringify(keys) !== JSON.stringify(Object.keys(value as object))) {
			return `at ${JSON.stringify(path)} is ${JSON.stringify(value)}, not ${JSON.stringify(expected)}`;
		}
		for (const key of keys) {
			const at = Array.isArray(value) ? Number(key) : key;
			const own = (value as Record<string | number, unknown>)[at];
			const different = walk(own, (expected as Record<string | number, unknown>)[at], [...path, at]);
			if (different !== null) return different;
		}
		return null;
	};
	const stray = errors.find(({ path, code }) => !codes.has(code) || !leadsToNull(answer.data, path));
	if (stray !== undefined) return `an error that belongs nowhere: ${stray.code} ${JSON.stringify(stray.path)}`;
	return walk(answer.data, whole.data, []);
}

/** Does a path end at a null, or below one? */
export function leadsToNull(data: unknown, path: Path): boolean {
	let value = data;
	for (const key of path) {
		if (value === null || value === undefined) return true;
		value = (value as Record<string | number, unknown>)[key];
	}
	return value === null;
}

/** Where the null is that an error of this path has left: at the path, or above it. */
export function nullOf(data: unknown, path: Path): Path {
	let value = data;
	for (const [depth, key] of path.entries()) {
		if (value === null || value === undefined) return path.slice(0, depth);
		value = (value as Record<string | number, unknown>)[key];
	}
	return path;
}
