import { isUtf8 } from "node:buffer";
import { parseJson } from "../../../core/values/parse-json.ts";
import { bad, type Json, listOf, objectOf, onlyFields } from "../request-fields.ts";
import type { PushInput, PushTarget } from "./push.ts";

/** The arguments of `push` but for the rows and the idempotency key. */
export type PushQuestion = Pick<PushInput, "project" | "into" | "to">;

const ownFields = ["project", "into", "to"];
const targets: readonly PushTarget[] = ["ONLINE", "OFFLINE", "BOTH"];

/** The request beside an Arrow stream, which holds rows of one kind. */
export function readPushQuestion(text: string): PushQuestion & { readonly rowsAre: "ROWS" | "DELETES" } {
	const json = objectOf(parse(text), "The request");
	const { rowsAre = "ROWS" } = json;
	if (rowsAre !== "ROWS" && rowsAre !== "DELETES") throw bad("rowsAre", "`rowsAre` is ROWS or DELETES.");
	return { ...questionOf(json, [...ownFields, "rowsAre"]), rowsAre };
}

/** A body of JSON: the question, `rows` and `deletes`. */
export function readPushBody(
	body: Uint8Array,
): PushQuestion & { readonly rows: readonly unknown[]; readonly deletes: readonly unknown[] } {
	// Decoding would put something else in the place of what is none.
	if (!isUtf8(body)) throw bad("request", "The body is not UTF-8.");
	const json = objectOf(parse(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()), "The request");
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
	return { project, into: intoOf(objectOf(into, "`into`", "into")), to: target };
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
		return parseJson(text);
	} catch {
		throw bad("request", "The request is not JSON.", { hint: 'Like {"into": {"source": "trips"}}.' });
	}
}
