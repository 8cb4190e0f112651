import type { FetchNodePathSegment, FetchRewrite, KeyRenamer } from "@graphql-hive/router-query-planner";
import { type Data, isData } from "./data.ts";
import type { Keys } from "./field-failure.ts";
import type { TypeConditions } from "./type-conditions.ts";

/** Changes of a representation before it is sent, or of an answer before it is merged. */
export interface Rewrites {
	apply(value: Data): void;
	/** What keys are renamed to, wherever they are. */
	readonly renamed: ReadonlyMap<string, string>;
}

type Rewrite = (value: Data) => void;

/** A path in an answer as it is after the rewrites. */
export const renamedPath = (path: Keys, rewrites: Rewrites | null): Keys =>
	rewrites === null ? path : path.map((key) => (typeof key === "string" ? (rewrites.renamed.get(key) ?? key) : key));

/**
 * Rewrites that the planner asks for: renaming a key (aliases of its own become the client's again) and setting a value
 * (the typename under which a subgraph knows an interface). Failures in the data move with their key.
 */
export function compileRewrites(
	rewrites: readonly FetchRewrite[] | undefined,
	satisfies: TypeConditions,
): Rewrites | null {
	if (rewrites === undefined || rewrites.length === 0) return null;
	const all = rewrites.map((rewrite) => compileRewrite(rewrite, satisfies));
	return {
		apply(value) {
			for (const rewrite of all) rewrite(value);
		},
		renamed: new Map(rewrites.flatMap((rewrite) => ("KeyRenamer" in rewrite ? renaming(rewrite.KeyRenamer) : []))),
	};
}

function renaming({ path, renameKeyTo }: KeyRenamer): [string, string][] {
	const last = path.at(-1);
	return last !== undefined && "Key" in last ? [[last.Key, renameKeyTo]] : [];
}

function compileRewrite(rewrite: FetchRewrite, satisfies: TypeConditions): Rewrite {
	if ("KeyRenamer" in rewrite) {
		const { path, renameKeyTo } = rewrite.KeyRenamer;
		return compilePath(path, satisfies, (object, key) => {
			if (!Object.hasOwn(object, key)) return;
			object[renameKeyTo] = object[key];
			Reflect.deleteProperty(object, key);
		});
	}
	const { path, setValueTo } = "ValueSetter" in rewrite ? rewrite.ValueSetter : rewrite;
	return compilePath(path, satisfies, (object, key) => {
		object[key] = setValueTo;
	});
}

function compilePath(
	path: readonly FetchNodePathSegment[],
	satisfies: TypeConditions,
	apply: (object: Data, key: string) => void,
): Rewrite {
	const visit = (value: unknown, depth: number): void => {
		if (Array.isArray(value)) {
			for (const item of value) visit(item, depth);
			return;
		}
		const segment = path[depth];
		if (!isData(value) || segment === undefined) return;
		if ("Key" in segment) {
			if (depth === path.length - 1) apply(value, segment.Key);
			else visit(value[segment.Key], depth + 1);
			return;
		}
		const typename = value["__typename"];
		const fits =
			typeof typename !== "string" || segment.TypenameEquals.some((condition) => satisfies(typename, condition));
		if (fits) visit(value, depth + 1);
	};
	return (value) => visit(value, 0);
}
