/** JSON with sorted keys and no white space: one text per value, so that texts can be compared and hashed. */
import { parseJson, type ReadNumber } from "./parse-json.ts";

const deepest = 128;

/**
 * Canonical text of a parsed JSON value; bigints are written as integers, so that large ones stay exact. Keys are in
 * the order of their UTF-16 code units. Undefined when it is no JSON (a NaN, a function) or nested deeper than 128.
 */
export function canonicalJson(value: unknown): string | undefined {
	return write(value, 0);
}

/**
 * Canonical text of JSON text, as other systems write it; integers beyond 2^53 stay exact. Undefined when it is none.
 */
export function canonicalJsonText(text: string): string | undefined {
	try {
		return canonicalJson(parseExactJson(text));
	} catch {
		return undefined;
	}
}

/** As `parseJson`, but that integers beyond 2^53 are bigints: `canonicalJson` writes them as they were. */
export const parseExactJson = (text: string): unknown =>
	parseJson(text, longInteger.test(text) ? keepLongInteger : undefined);

const longInteger = /\d{16}/;
const integer = /^-?\d+$/;

const keepLongInteger: ReadNumber = (value, source) =>
	!Number.isSafeInteger(value) && integer.test(source) ? BigInt(source) : value;

function write(value: unknown, depth: number): string | undefined {
	switch (typeof value) {
		case "string":
		case "boolean":
			return JSON.stringify(value);
		case "number":
			return Number.isFinite(value) ? JSON.stringify(value) : undefined;
		case "bigint":
			return value.toString();
		case "object":
			if (value === null) return "null";
			if (depth === deepest) return undefined;
			return Array.isArray(value) ? writeArray(value, depth + 1) : writeObject(value, depth + 1);
		default:
			return undefined;
	}
}

function writeArray(elements: readonly unknown[], depth: number): string | undefined {
	const parts: string[] = [];
	for (const element of elements) {
		const part = write(element, depth);
		if (part === undefined) return undefined;
		parts.push(part);
	}
	return `[${parts.join(",")}]`;
}

function writeObject(object: object, depth: number): string | undefined {
	const fields = object as Readonly<Record<string, unknown>>;
	const parts: string[] = [];
	for (const key of Object.keys(fields).sort()) {
		const field = fields[key];
		if (field === undefined) continue;
		const part = write(field, depth);
		if (part === undefined) return undefined;
		parts.push(`${JSON.stringify(key)}:${part}`);
	}
	return `{${parts.join(",")}}`;
}
