/**
 * JSON that somebody else wrote. V8 reads a name with an escape (`"\n"`, `"\u0041"`) as an earlier one with a backslash
 * where the two begin alike in the text (https://github.com/nodejs/node/issues/63785): after `{"h":[],"\\":0}`, whoever sent that,
 * `{"h":1,"\n":2}` has the name `\`. `npm run check:lint` refuses JSON.parse elsewhere: docs/decisions/0023.
 */
import { parse as parseSlowly } from "lossless-json";

/** What becomes of a number: `value` is what JavaScript makes of `source`. */
export type ReadNumber = (value: number, source: string) => unknown;

/** As JSON.parse, and a SyntaxError as there; a RangeError for what has an escape in a name and nests thousands of levels. */
export function parseJson(text: string, readNumber?: ReadNumber): unknown {
	if (hasEscapedName(text)) return parseSlowly(text, undefined, slowly(readNumber));
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

const slowly = (readNumber: ReadNumber | undefined) => ({
	parseNumber: readNumber === undefined ? Number : (source: string) => readNumber(Number(source), source),
	onDuplicateKey: ({ newValue }: { readonly newValue: unknown }) => newValue,
});

const whiteSpace: ReadonlySet<string | undefined> = new Set(" \t\r\n");

/** False for most texts after one look for a backslash. Linear: from quote to quote and from backslash to backslash. */
function hasEscapedName(text: string): boolean {
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
		if (close < 0) return false;
		if (escaped && isName(text, close + 1)) return true;
		// No string behind it has an escape.
		if (backslash < 0) return false;
		open = text.indexOf('"', close + 1);
	}
	return false;
}

function isName(text: string, end: number): boolean {
	let at = end;
	while (whiteSpace.has(text[at])) at += 1;
	return text[at] === ":";
}
