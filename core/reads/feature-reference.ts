import { FeaturegraphError } from "../errors/featuregraph-error.ts";

/** `view:feature`, `view@2:feature`, `view:*`, `alias:feature`, taken apart. */
export interface FeatureReference {
	readonly text: string;
	/** A view or the alias of a binding. */
	readonly prefix: string;
	readonly version: number | null;
	/** `*`: all of them. */
	readonly feature: string;
}

export interface VersionedName {
	readonly name: string;
	readonly version: number | null;
}

const spelling = /^([A-Za-z_][A-Za-z0-9_]*)(?:@([1-9]\d{0,8}))?:(\*|[A-Za-z_][A-Za-z0-9_]*)$/;
const versionedSpelling = /^([A-Za-z_][A-Za-z0-9_]*)(?:@([1-9]\d{0,8}))?$/;

/** Throws INVALID_REFERENCE. Whether the names exist is for the registry to say. */
export function parseFeatureReference(text: string): FeatureReference {
	const parts = spelling.exec(text);
	if (parts === null) {
		throw new FeaturegraphError("INVALID_REFERENCE", `"${text.slice(0, 200)}" is not a feature reference.`, {
			name: text.slice(0, 200),
			hint: "Write view:feature, view@2:feature, view:* or, where the request binds a view, alias:feature.",
		});
	}
	const [, prefix = "", version, feature = ""] = parts;
	return { text, prefix, version: version === undefined ? null : Number(version), feature };
}

/** `name` or `name@2`. Throws INVALID_REFERENCE. */
export function parseVersionedName(text: string): VersionedName {
	const parts = versionedSpelling.exec(text);
	if (parts === null) {
		throw new FeaturegraphError("INVALID_REFERENCE", `"${text.slice(0, 200)}" is not a name.`, {
			name: text.slice(0, 200),
			hint: "Write a name, or a name and a version: name@2.",
		});
	}
	return { name: parts[1] ?? "", version: parts[2] === undefined ? null : Number(parts[2]) };
}
