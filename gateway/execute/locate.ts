import type { FlattenNodePathSegment } from "@graphql-hive/router-query-planner";
import { type Data, isData } from "./data.ts";
import type { TypeConditions } from "./type-conditions.ts";

/** Finds the objects of the data that a step works on. */
export type Locate = (root: Data) => readonly Data[];

/** The objects at a flatten path: through fields, the items of lists (`@`) and objects of certain types. */
export function compileLocate(path: readonly FlattenNodePathSegment[], satisfies: TypeConditions): Locate {
	const steps = path.map((segment) => compileSegment(segment, satisfies));
	return (root) => {
		let found: readonly Data[] = [root];
		for (const step of steps) {
			if (found.length === 0) return found;
			const next: Data[] = [];
			for (const object of found) step(object, next);
			found = next;
		}
		return found;
	};
}

function compileSegment(
	segment: FlattenNodePathSegment,
	satisfies: TypeConditions,
): (object: Data, found: Data[]) => void {
	// Lists are entered where the field is read: the marker that stands for them has nothing left to do.
	if (segment === "@") return (object, found) => void found.push(object);
	if ("Field" in segment) {
		const key = segment.Field;
		return (object, found) => collect(object[key], found);
	}
	const conditions = segment.TypeCondition;
	return (object, found) => {
		const typename = object["__typename"];
		if (typeof typename !== "string" || conditions.some((condition) => satisfies(typename, condition))) {
			found.push(object);
		}
	};
}

function collect(value: unknown, found: Data[]): void {
	if (Array.isArray(value)) for (const item of value) collect(item, found);
	else if (isData(value)) found.push(value);
}
