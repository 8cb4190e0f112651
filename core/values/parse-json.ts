/**
 * JSON that somebody else wrote. V8 reads a name with an escape (`"\n"`, `"\u0041"`) as an earlier one with a backslash
 * where the two begin alike in the text (https://github.com/nodejs/node/issues/63785): after `{"h":[],"\\":0}`, whoever sent that,
 * `{"h":1,"\n":2}` has the name `\`. `npm run check:lint` refuses JSON.parse elsewhere: docs/decisions/0023.
 */
import { hash } from "node:crypto";

/** What becomes of a number: `value` is what JavaScript makes of `source`. */
export type ReadNumber = (value: number, source: string) => unknown;

/** As JSON.parse, and a SyntaxError as there; a RangeError for what has an escape in a name and nests thousands of levels. */
export function parseJson(text: string, readNumber?: ReadNumber): unknown {
	const escaped = escapedNames(text);
	return escaped === null ? parsePlain(text, readNumber) : parseAround(text, escaped, readNumber);
}

function parsePlain(text: string, readNumber: ReadNumber | undefined): unknown {
	if (readNumber === undefined) return JSON.parse(text) as unknown;
	return nativeParse(text, (_name, value, { source }) =>
		typeof value === "number" && source !== undefined ? readNumber(value, source) : value,
	);
}

/** TypeScript's library does not know the source that it tells, of the language since 2026. */
const nativeParse = JSON.parse as unknown as (
	text: string,
	reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown;

/** Where a name lies in the text, with its quotes. */
interface Span {
	readonly from: number;
	readonly to: number;
}

/** Reads a text of the same shape without an escape in a name: others stand for those that cannot be written without. */
function parseAround(text: string, escaped: readonly Span[], readNumber: ReadNumber | undefined): unknown {
	// No name of the text begins like this: none holds its own hash.
	const mark = hash("sha256", text, "base64url");
	const standIns = new Map<string, string>();
	const parts: string[] = [];
	let done = 0;
	for (const { from, to } of escaped) {
		const name = JSON.parse(text.slice(from, to)) as string;
		let written = JSON.stringify(name);
		if (written.includes("\\")) {
			const standIn = standIns.get(name) ?? `${mark}${standIns.size}`;
			standIns.set(name, standIn);
			written = `"${standIn}"`;
		}
		parts.push(text.slice(done, from), written);
		done = to;
	}
	parts.push(text.slice(done));
	const parsed = parsePlain(parts.join(""), readNumber);
	return standIns.size === 0 ? parsed : withNames(parsed, new Map(Array.from(standIns, ([name, of]) => [of, name])));
}

/** `names`: by what stands for them. */
function withNames(value: unknown, names: ReadonlyMap<string, string>): unknown {
	if (typeof value !== "object" || value === null) return value;
	if (Array.isArray(value)) return value.map((element: unknown) => withNames(element, names));
	let differs = false;
	const members = Object.entries(value) as [string, unknown][];
	for (const member of members) {
		const [name, inner] = member;
		member[0] = names.get(name) ?? name;
		member[1] = withNames(inner, names);
		differs ||= member[0] !== name || member[1] !== inner;
	}
	return differs ? Object.fromEntries(members) : value;
}

const whiteSpace: ReadonlySet<string | undefined> = new Set(" \t\r\n");

/** Null for most texts after one look for a backslash. Linear: from quote to quote and from backslash to backslash. */
function escapedNames(text: string): readonly Span[] | null {
	let spans: Span[] | null = null;
	let backslash = text.indexOf("\\");
	let open = backslash < 0 ? -1 : text.indexOf('"');
	while (open >= 0) {
		let close = text.indexOf('"', open + 1);
		const escaped = backslash < close;
		while (backslash >= 0 && backslash < close) {
			// What it escapes may be a quote or a backslash.
			const next = backslash + 2;
			if (close < next) close = text.indexOf('"', next);
			backslash = text.indexOf("\\", next);
		}
		if (close < 0) break;
		if (escaped && isName(text, close + 1)) {
			spans ??= [];
			spans.push({ from: open, to: close + 1 });
		}
		// No string behind it has an escape.
		if (backslash < 0) break;
		open = text.indexOf('"', close + 1);
	}
	return spans;
}

function isName(text: string, end: number): boolean {
	let at = end;
	while (whiteSpace.has(text[at])) at += 1;
	return text[at] === ":";
}
