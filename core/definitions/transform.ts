/** `transform: ./file.ts#name` of an on-demand view. */
import type { FeaturegraphError } from "../errors/featuregraph-error.ts";

/** By the text of the definition: the SHA-256 (hex) of the file, or why there is none. */
export type FoundTransforms = ReadonlyMap<string, string | FeaturegraphError>;

/** A path below the trusted folder, in it: no way up, no way out. */
const spelling =
	/^(?:\.\/)?((?:[A-Za-z0-9_-][A-Za-z0-9_.-]*\/)*[A-Za-z0-9_-][A-Za-z0-9_.-]*\.(?:ts|mts|js|mjs))#([A-Za-z_$][\w$]*)$/;

/** Null: it is none. */
export function parseTransform(text: string): { readonly file: string; readonly name: string } | null {
	const [, file, name] = spelling.exec(text) ?? [];
	return file === undefined || name === undefined ? null : { file, name };
}
