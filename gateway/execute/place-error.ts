import { type Data, isData } from "./data.ts";
import type { FetchedField, FetchShape } from "./fetch-shape.ts";
import { type FieldError, FieldFailure, type Keys } from "./field-failure.ts";
import { type Rewrites, renamedPath } from "./rewrite.ts";

/** How an answer is to be read. */
export interface AnswerReading {
	readonly shape: FetchShape;
	readonly outputRewrites: Rewrites | null;
}

/**
 * Puts an error into the answer that it belongs to, in place of the null that it left. False: there is no null on its
 * path, or the path leads away from what was asked for, so that nothing in the answer would show it.
 */
export function placeError(
	answer: Data,
	path: Keys,
	error: FieldError,
	{ shape, outputRewrites }: AnswerReading,
): boolean {
	let parent: unknown = answer;
	let within: FetchShape | null = shape;
	for (let depth = 0; depth < path.length; depth++) {
		const key = path[depth] ?? 0;
		if (typeof key === "string") {
			const field: FetchedField | undefined = isData(parent) ? fieldOf(within, key, outputRewrites) : undefined;
			if (field === undefined) return false;
			within = field.shape;
		} else if (!Array.isArray(parent) || key < 0 || key >= parent.length) return false;
		const holder = parent as Record<string | number, unknown>;
		const value = Object.hasOwn(holder, key) ? holder[key] : null;
		if (value === null || value === undefined || value instanceof FieldFailure) {
			const origin = { error, up: 0, tail: renamedPath(path.slice(depth + 1), outputRewrites) };
			holder[key] = new FieldFailure(value instanceof FieldFailure ? [...value.origins, origin] : [origin], within);
			return true;
		}
		parent = value;
	}
	return false;
}

function fieldOf(shape: FetchShape | null, answered: string, rewrites: Rewrites | null): FetchedField | undefined {
	const key = rewrites?.renamed.get(answered) ?? answered;
	return key === "__proto__" ? undefined : shape?.fields.find((field) => field.key === key);
}

/** Marks what a fetch was to bring and did not: every field of its shape that `target` has no value for. Was there any? */
export function markMissing(target: Data, { fields }: FetchShape, failure: FieldFailure): boolean {
	let marked = false;
	for (const { key, shape } of fields) {
		const value = target[key];
		if (value === undefined || value === null || typeof value === "function") {
			target[key] = failure.shaped(shape);
			marked = true;
		} else if (value instanceof FieldFailure) {
			// It is missing already, with a reason of its own.
			marked = true;
		} else if (shape !== null && markMissingWithin(value, shape, failure)) marked = true;
	}
	return marked;
}

/** The same in a value of which something is there: an object, or a list of them. */
export function markMissingWithin(value: unknown, shape: FetchShape, failure: FieldFailure): boolean {
	if (!isData(value) && !Array.isArray(value)) return false;
	const seen = failure.below();
	if (isData(value)) return markMissing(value, shape, seen);
	let marked = false;
	for (const item of value) if (markMissingWithin(item, shape, seen)) marked = true;
	return marked;
}
