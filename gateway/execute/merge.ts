import { type Data, isData } from "./data.ts";
import type { FetchedField, FetchShape } from "./fetch-shape.ts";
import { FieldFailure } from "./field-failure.ts";
import { markMissingWithin } from "./place-error.ts";

/** Is this the name of an object type, rather than that of an interface whose implementation is not known yet? */
export type IsObjectType = (typename: string) => boolean;

/**
 * Merges what a subgraph answered into an object of the data: the fields that were asked for, and nothing else that an
 * answer may hold. A value is not replaced by a missing one.
 */
export function mergeData(target: Data, source: Data, { fields }: FetchShape, isObjectType: IsObjectType): void {
	for (const field of fields) mergeField(target, source, field, isObjectType);
}

export function mergeField(target: Data, source: Data, { key, shape }: FetchedField, isObjectType: IsObjectType): void {
	const value = source[key];
	if (value === undefined || typeof value === "function") return;
	const present = target[key];
	if (isMissing(present)) target[key] = replaced(present, value, shape);
	else if (shape !== null) mergeValue(present, value, shape, isObjectType);
	else if (key === "__typename") {
		if (typeof value === "string" && isObjectType(value)) target[key] = value;
	} else if (!isMissing(value)) target[key] = value;
}

function mergeValue(present: unknown, value: unknown, shape: FetchShape, isObjectType: IsObjectType): void {
	if (value instanceof FieldFailure) markMissingWithin(present, shape, value);
	else if (Array.isArray(present)) {
		if (!Array.isArray(value)) return;
		const items: unknown[] = present;
		for (let index = 0; index < items.length && index < value.length; index++) {
			const item = items[index];
			if (isMissing(item)) items[index] = replaced(item, value[index], shape);
			else mergeValue(item, value[index], shape, isObjectType);
		}
	} else if (isData(present) && isData(value)) mergeData(present, value, shape, isObjectType);
}

/** What takes the place of a missing value. What a failed fetch was to bring of it stays missing for the same reason. */
function replaced(missing: unknown, value: unknown, shape: FetchShape | null): unknown {
	if (value instanceof FieldFailure) {
		if (!(missing instanceof FieldFailure)) return value.shaped(shape);
		return new FieldFailure([...missing.origins, ...value.origins], missing.shape ?? shape);
	}
	if (!(missing instanceof FieldFailure)) return value ?? null;
	if (isMissing(value)) return missing;
	if (missing.shape !== null) markMissingWithin(value, missing.shape, missing);
	return value;
}

const isMissing = (value: unknown): boolean =>
	value === undefined || value === null || value instanceof FieldFailure || typeof value === "function";

/** A copy down to the leaves of `shape`, for an entity that occurs in several places which later steps fill differently. */
export function copyData(value: unknown, shape: FetchShape): unknown {
	if (Array.isArray(value)) return value.map((item) => copyData(item, shape));
	if (!isData(value)) return value;
	const copy: Data = {};
	for (const { key, shape: inner } of shape.fields) {
		const own = value[key];
		if (own !== undefined && typeof own !== "function") copy[key] = inner === null ? own : copyData(own, inner);
	}
	return copy;
}
