/** Parts of requests that are JSON without a schema in front. What does not fit is BAD_USER_INPUT, by the name of the part. */
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";

export type Json = Readonly<Record<string, unknown>>;

/** `what` it is in a message. */
export function objectOf(json: unknown, what: string, name = "request"): Json {
	if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Json;
	throw bad(name, `${what} is no JSON object.`);
}

export function listOf(json: unknown, name: string): readonly unknown[] {
	if (Array.isArray(json)) return json;
	throw bad(name, `\`${name}\` is no list.`);
}

export function onlyFields(json: Json, known: readonly string[], what: string): void {
	for (const name in json) {
		if (known.includes(name)) continue;
		const shown = name.slice(0, 200);
		throw bad(shown, `${what} has no field "${shown}".`, { nearest: nearestNames(shown, known) });
	}
}

export const bad = (
	name: string,
	message: string,
	more: { nearest?: string[]; hint?: string } = {},
): FeaturegraphError => new FeaturegraphError("BAD_USER_INPUT", message, { name, ...more });
