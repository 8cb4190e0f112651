import { isUtf8 } from "node:buffer";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import type { PushInput, PushTarget } from "./push.ts";

/** The arguments of `push` but for the rows and the idempotency key. */
export type PushQuestion = Pick<PushInput, "project" | "into" | "to">;

type Json = Readonly<Record<string, unknown>>;

const ownFields = ["project", "into", "to"];
const targets: readonly PushTarget[] = ["ONLINE", "OFFLINE", "BOTH"];

/** The request beside an Arrow stream. */
export const readPushQuestion = (text: string): PushQuestion => questionOf(objectOf(parse(text), "request"), ownFields);

/** A body of JSON: the question, `rows` and `deletes`. */
export function readPushBody(body: Uint8Array): PushQuestion & Pick<PushInput, "rows" | "deletes"> {
	// Decoding would put something else in the place of what is none.
	if (!isUtf8(body)) throw bad("request", "The body is not UTF-8.");
	const json = objectOf(parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()), "request");
	const { rows = [], deletes = [] } = json;
	const question = questionOf(json, [...ownFields, "rows", "deletes"]);
	return { ...question, rows: listOf(rows, "rows"), deletes: listOf(deletes, "deletes") };
}

function questionOf(json: Json, fields: readonly string[]): PushQuestion {
	onlyFields(json, fields, "The request");
	const { project = "default", into, to = "BOTH" } = json;
	if (typeof project !== "string") throw bad("project", "`project` is no string.");
	const target = targets.find((known) => known === to);
	if (target === undefined) throw bad("to", "`to` is none of the targets.", { hint: `It is ${targets.join(", ")}.` });
	return { project, into: intoOf(objectOf(into, "into")), to: target };
}

function intoOf(into: Json): PushInput["into"] {
	onlyFields(into, ["source", "view"], "`into`");
	const { source = null, view = null } = into;
	if (typeof source === "string" && view === null) return { source };
	if (typeof view === "string" && source === null) return { view };
	throw bad("into", "`into` takes exactly one of `source` and `view`.");
}

function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw bad("request", "The request is not JSON.", { hint: 'Like {"into": {"source": "trips"}}.' });
	}
}

function objectOf(json: unknown, name: string): Json {
	if (typeof json === "object" && json !== null && !Array.isArray(json)) return json as Json;
	throw bad(name, `\`${name}\` is no JSON object.`);
}

function listOf(json: unknown, name: string): readonly unknown[] {
	if (Array.isArray(json)) return json;
	throw bad(name, `\`${name}\` is no list.`);
}

function onlyFields(json: Json, known: readonly string[], what: string): void {
	for (const name in json) {
		if (known.includes(name)) continue;
		const shown = name.slice(0, 200);
		throw bad(shown, `${what} has no field "${shown}".`, { nearest: nearestNames(shown, known) });
	}
}

const bad = (name: string, message: string, more: { nearest?: string[]; hint?: string } = {}): FeaturegraphError =>
	new FeaturegraphError("BAD_USER_INPUT", message, { name, ...more });
