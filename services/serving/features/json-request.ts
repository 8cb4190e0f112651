import { isUtf8 } from "node:buffer";
import { LRUCache } from "lru-cache";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { parseJson } from "../../../core/values/parse-json.ts";
import { type GivenRows, jsonColumns, rowObjects } from "../read/given-rows.ts";
import { bad, type Json, objectOf } from "../request-fields.ts";
import { type FeaturesQuestion, readQuestion } from "./question.ts";

export interface AskedRows {
	readonly question: FeaturesQuestion;
	readonly rows: GivenRows;
}

const rowsName = '"entities":';
/** Longer questions are read each time. */
const longestKept = 10_000;

/**
 * Reads bodies of JSON: the question, and as `entities` rows or columns. Who asks often writes the question first, with the same
 * letters each time, and then other rows: such a question is known by the text before its rows.
 */
export class JsonRequests {
	/** By the text before the rows, up to and with the colon; null: there is no whole question in it. */
	readonly #known: LRUCache<string, { readonly question: FeaturesQuestion | null }>;

	constructor(most: number) {
		this.#known = new LRUCache({ max: most });
	}

	read(body: Uint8Array): AskedRows {
		// Decoding would put something else in the place of what is none.
		if (!isUtf8(body)) throw new FeaturegraphError("BAD_USER_INPUT", "The body is not UTF-8.");
		const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
		const text = bytes.toString();
		const end = text.indexOf(rowsName) + rowsName.length;
		return (end < rowsName.length || end > longestKept ? null : this.#readRest(text, end)) ?? readWhole(text);
	}

	/** Null: the question is not known, or goes on behind the rows. */
	#readRest(text: string, end: number): AskedRows | null {
		const head = text.slice(0, end);
		let known = this.#known.get(head);
		if (known === undefined) {
			known = { question: questionIn(head) };
			// A copy: a part of a text keeps the whole.
			this.#known.set(Buffer.from(head).toString(), known);
		}
		const { question } = known;
		if (question === null) return null;
		// Where the head is part of an object at its top, the whole is JSON exactly where this is.
		const json = parseRequest(`{${rowsName}${text.slice(end)}`) as Json;
		for (const name in json) if (name !== "entities") return null;
		return { question, rows: rowsOf(json["entities"]) };
	}
}

/** Null where more than the rows and the end of the object is missing, or the question is none. */
function questionIn(head: string): FeaturesQuestion | null {
	try {
		return readQuestion(parseJson(`${head}null}`), ["entities"]);
	} catch {
		return null;
	}
}

function readWhole(text: string): AskedRows {
	const json = objectOf(parseRequest(text), "The body");
	return { question: readQuestion(json, ["entities"]), rows: rowsOf(json["entities"]) };
}

export function parseRequest(text: string): unknown {
	try {
		return parseJson(text);
	} catch {
		throw new FeaturegraphError("BAD_USER_INPUT", "The request is not JSON.", {
			hint: 'Like {"select": {"features": ["view:feature"]}, "entities": {"driver_id": [1, 2]}}.',
		});
	}
}

const eitherForm = "`entities` is a list of rows, or an object of columns.";

function rowsOf(entities: unknown): GivenRows {
	if (Array.isArray(entities)) return rowObjects(entities);
	if (typeof entities !== "object" || entities === null) {
		const message = entities === undefined ? "The request has no `entities`." : "`entities` holds no rows.";
		throw bad("entities", message, { hint: eitherForm });
	}
	const given = entities as Json;
	const columns = new Map<string, readonly unknown[]>();
	for (const name in given) {
		const values = given[name];
		if (!Array.isArray(values)) {
			throw new FeaturegraphError("BAD_USER_INPUT", `The column "${name.slice(0, 200)}" is no list.`, {
				name: name.slice(0, 200),
				hint: eitherForm,
			});
		}
		columns.set(name, values);
	}
	return jsonColumns(columns);
}
