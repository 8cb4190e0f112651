import { isUtf8 } from "node:buffer";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { type GivenRows, jsonColumns, rowObjects } from "../given-rows.ts";
import { objectOf } from "../request-fields.ts";
import { type FeaturesQuestion, readQuestion } from "./question.ts";

/** A body of JSON: the question, and as `entities` rows or columns. */
export function readJsonRequest(body: Uint8Array): { readonly question: FeaturesQuestion; readonly rows: GivenRows } {
	// Decoding would put something else in the place of what is none.
	if (!isUtf8(body)) throw new FeaturegraphError("BAD_USER_INPUT", "The body is not UTF-8.");
	const json = objectOf(parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString()), "The body");
	return { question: readQuestion(json, ["entities"]), rows: rowsOf(json["entities"]) };
}

export function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new FeaturegraphError("BAD_USER_INPUT", "The request is not JSON.", {
			hint: 'Like {"select": {"features": ["view:feature"]}, "entities": {"driver_id": [1, 2]}}.',
		});
	}
}

function rowsOf(entities: unknown): GivenRows {
	if (Array.isArray(entities)) return rowObjects(entities);
	const columns = new Map<string, readonly unknown[]>();
	for (const [name, values] of Object.entries(objectOf(entities, "`entities`"))) {
		if (!Array.isArray(values)) {
			throw new FeaturegraphError("BAD_USER_INPUT", `The column "${name.slice(0, 200)}" is no list.`, {
				name: name.slice(0, 200),
				hint: "`entities` is a list of rows, or an object of columns.",
			});
		}
		columns.set(name, values);
	}
	return jsonColumns(columns);
}
