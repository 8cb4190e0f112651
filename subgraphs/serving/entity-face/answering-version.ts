import type { RegistrySnapshot, ViewVersion } from "../../../core/registry/snapshot.ts";
import { type Column, sameType } from "../../../core/values/type.ts";

/**
 * The version that answers a field of the face now: the types may have been made when another one did. That one, which
 * stays readable, answers where the newer one lacks what is asked or has it under another type.
 */
export function answeringVersion(
	snapshot: RegistrySnapshot,
	made: ViewVersion,
	features: readonly Column[],
	{ offline }: { readonly offline: boolean },
): ViewVersion {
	const versions = snapshot.views.get(made.definition.name);
	const now = (offline ? null : versions?.online) ?? versions?.current ?? made;
	return now.kind === made.kind && has(now.joinKeys, made.joinKeys) && has(now.definition.features, features)
		? now
		: made;
}

const has = (columns: readonly Column[], wanted: readonly Column[]): boolean =>
	wanted.every(({ name, type }) => columns.some((column) => column.name === name && sameType(column.type, type)));
