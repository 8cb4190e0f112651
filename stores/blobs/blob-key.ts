import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

const part = /^[a-zA-Z0-9_-][a-zA-Z0-9._-]*$/;
const mostChars = 512;

/**
 * The parts of a key. A part never begins with a dot, so a key can neither climb out of the store nor name a file of
 * the store's own. BAD_USER_INPUT for anything else.
 */
export function blobKeyParts(key: string): readonly string[] {
	const parts = key.split("/");
	if (key.length > mostChars || !parts.every((name) => part.test(name))) {
		throw new FeaturegraphError("BAD_USER_INPUT", `\`${key.slice(0, mostChars)}\` is not the name of a file here.`, {
			name: key.slice(0, mostChars),
			hint: "Names are parts of letters, digits and `._-`, with `/` between; no part begins with a dot.",
		});
	}
	return parts;
}
