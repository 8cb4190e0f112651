import type { FetchNodePathSegment, FetchRewrite } from "@graphql-hive/router-query-planner";
import type { TypeConditions } from "../../execute/type-conditions.ts";
import type { KnownObject } from "./known-object.ts";

/** The keys of an answer after the rewrites that the planner asks for. */
export function renameKeys(
	answer: KnownObject,
	rewrites: readonly FetchRewrite[] | undefined,
	satisfies: TypeConditions,
): void {
	for (const rewrite of rewrites ?? []) {
		if (!("KeyRenamer" in rewrite)) continue;
		const { path, renameKeyTo } = rewrite.KeyRenamer;
		visit(answer, path, satisfies, (object, key) => {
			const field = object.fields.get(key);
			if (field === undefined) return;
			object.fields.delete(key);
			object.fields.set(renameKeyTo, field);
		});
	}
}

/** The name of the type that a representation is given in place of its own; null: it keeps that. */
export function typenameOf(
	rewrites: readonly FetchRewrite[] | undefined,
	object: KnownObject,
	satisfies: TypeConditions,
): string | null {
	let typename: string | null = null;
	for (const rewrite of rewrites ?? []) {
		if ("KeyRenamer" in rewrite) continue;
		const { path, setValueTo } = "ValueSetter" in rewrite ? rewrite.ValueSetter : rewrite;
		const seen = { ...object, typename: typename ?? object.typename };
		visit(seen, path, satisfies, (at, key) => {
			if (at === seen && key === "__typename") typename = setValueTo;
		});
	}
	return typename;
}

function visit(
	object: KnownObject,
	path: readonly FetchNodePathSegment[],
	satisfies: TypeConditions,
	apply: (object: KnownObject, key: string) => void,
): void {
	const [segment, ...rest] = path;
	if (segment === undefined) return;
	if ("Key" in segment) {
		if (rest.length === 0) apply(object, segment.Key);
		else
			for (const child of object.fields.get(segment.Key)?.objects?.values() ?? []) visit(child, rest, satisfies, apply);
		return;
	}
	const { typename } = object;
	if (typename === null || segment.TypenameEquals.some((type) => satisfies(typename, type))) {
		visit(object, rest, satisfies, apply);
	}
}
