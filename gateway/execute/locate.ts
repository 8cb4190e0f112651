import type { FlattenNodePathSegment } from "@graphql-hive/router-query-planner";
import { generatedFunction, literal } from "../generated-function.ts";
import { type Data, isData } from "./data.ts";
import type { TypeConditions } from "./type-conditions.ts";

/** Finds the objects of the data that a step works on. */
export type Locate = (root: Data) => readonly Data[];

/**
 * The objects at a flatten path, in the order of the response: through fields, the items of lists (`@`) and objects of
 * certain types. By generated code, since every entity of a response is found by it.
 */
export function compileLocate(path: readonly FlattenNodePathSegment[], satisfies: TypeConditions): Locate {
	const conditions: ((typename: unknown) => boolean)[] = [];
	const functions: string[] = [];
	// Lists are entered where the field is read: the marker that stands for them has nothing left to do.
	const segments = path.filter((segment) => segment !== "@");
	for (const [index, segment] of segments.entries()) {
		const next = `visit${index + 1}`;
		if ("Field" in segment) {
			functions.push(
				`function visit${index}(object, found) { each${index}(object[${literal(segment.Field)}], found); }
				function each${index}(value, found) {
					if (Array.isArray(value)) for (let item = 0; item < value.length; item++) each${index}(value[item], found);
					else if (isData(value)) ${next}(value, found);
				}`,
			);
			continue;
		}
		const { TypeCondition: names } = segment;
		const number = conditions.push(
			(typename) => typeof typename !== "string" || names.some((name) => satisfies(typename, name)),
		);
		functions.push(
			`function visit${index}(object, found) { if (conditions[${number - 1}](object.__typename)) ${next}(object, found); }`,
		);
	}
	const code = `${functions.join("\n")}
		function visit${segments.length}(object, found) { found.push(object); }
		return (root) => { const found = []; visit0(root, found); return found; };`;
	return generatedFunction(code, { isData, conditions }) as Locate;
}
