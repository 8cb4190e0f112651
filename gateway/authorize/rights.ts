import type { Principal } from "../../core/ports/principal.ts";

/** All that an answer may depend on of who asks, as a text. */
export function rightsOf({ id, permissions, projects, credential }: Principal): string {
	return JSON.stringify([
		id,
		credential === undefined ? null : [[...credential.scopes], [...credential.policies]],
		[...permissions],
		projects === null ? null : [...projects],
	]);
}
