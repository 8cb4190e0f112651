import type { Versions } from "./snapshot.ts";

/** The names of those that are not deleted: what an error may suggest. */
export function currentNames(objects: ReadonlyMap<string, Pick<Versions<unknown>, "current">>): string[] {
	return [...objects].flatMap(([name, { current }]) => (current === null ? [] : [name]));
}
