import type { DefinitionError, Place } from "./definition-error.ts";

/** PostgreSQL cuts longer ones. */
const longestName = 63;
const spelling = /^[a-z][a-z0-9_]*$/;

/** `request` is what expressions call the request's own data. */
const reserved: Readonly<Record<string, readonly string[]>> = { view: ["request"], alias: ["request"] };

/** What is wrong with the name of an entity, source, view, service, feature, key, alias or project; null: nothing. */
export function nameError(noun: string, name: string, place: Place): DefinitionError | null {
	const refuse = (message: string, hint: string): DefinitionError => ({
		code: "INVALID_NAME",
		message,
		name,
		nearest: [],
		hint,
		...place,
	});
	if (!spelling.test(name)) {
		return refuse(
			`"${name}" cannot be the name of ${article(noun)} ${noun}.`,
			`Use small letters, digits and _, a letter first${suggestion(name)}.`,
		);
	}
	if (name.length > longestName) {
		return refuse(`The name "${name}" is longer than ${longestName} characters.`, "Choose a shorter one.");
	}
	if (reserved[noun]?.includes(name) === true) {
		return refuse(`"${name}" is reserved: no ${noun} can have this name.`, "Choose another name.");
	}
	return null;
}

function suggestion(name: string): string {
	const made = name
		.replace(/([a-z0-9])([A-Z])/g, "$1_$2")
		.toLowerCase()
		.replace(/[^a-z0-9]+/g, "_")
		.replace(/^[^a-z]+|_+$/g, "");
	return spelling.test(made) ? `, as in ${made}` : "";
}

const article = (noun: string): string => (/^[aeiou]/.test(noun) ? "an" : "a");
