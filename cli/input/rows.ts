import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { parse } from "lossless-json";
import { RequestFailed } from "../client/request-failed.ts";

export type Row = Record<string, unknown>;

/** `airport=JFK,hour=17` as a row. A value that is a JSON number, boolean or null is that; anything else is text. */
export function parseRow(assignments: string): Row {
	const row: Row = {};
	for (const part of assignments.split(",")) {
		const at = part.indexOf("=");
		if (at <= 0) throw badRows(`\`${part}\` is not \`column=value\`.`);
		row[part.slice(0, at).trim()] = parseValue(part.slice(at + 1).trim());
	}
	return row;
}

/** Rows of a JSON array or of NDJSON, from a file or from stdin (`-`). */
export async function readRows(path: string): Promise<Row[]> {
	const content = path === "-" ? await text(process.stdin) : await readFile(path, "utf8");
	const trimmed = content.trim();
	if (trimmed === "") return [];
	if (trimmed.startsWith("[")) return parseJson(trimmed, path) as Row[];
	return trimmed.split(/\r?\n/).map((line, index) => parseJson(line, `${path}:${index + 1}`) as Row);
}

function parseValue(value: string): unknown {
	return /^(-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?|true|false|null)$/.test(value) ? parseJson(value, value) : value;
}

function parseJson(content: string, place: string): unknown {
	try {
		// Not by JSON.parse: docs/decisions/0023.
		return parse(content, undefined, { parseNumber: keepExact, onDuplicateKey: ({ newValue }) => newValue });
	} catch (error) {
		throw badRows(`${place}: ${error instanceof Error ? error.message : "not JSON"}`);
	}
}

/** JSON numbers beyond 2^53 are rounded by parsing: their text goes through as a decimal string instead. */
function keepExact(source: string): number | string {
	const value = Number(source);
	const rounded = Number.isInteger(value) && !Number.isSafeInteger(value);
	return rounded && /^-?\d+$/.test(source) ? source : value;
}

function badRows(message: string): RequestFailed {
	return new RequestFailed([
		{ code: "BAD_USER_INPUT", message, hint: "Rows are `column=value,…`, a JSON array of objects, or NDJSON." },
	]);
}
