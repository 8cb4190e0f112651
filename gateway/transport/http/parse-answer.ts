import { isUtf8 } from "node:buffer";
import { parseJson, type ReadNumber } from "../../../core/values/parse-json.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";

/** The JSON of an answer of which nothing is known. Throws a SubgraphFailure as `parseAnswerBytes` does. */
export const parseAnswer = (text: string, depth: number): unknown => parseAnswerBytes(Buffer.from(text), depth);

/**
 * The JSON of an answer, in bytes of which nothing is known. Throws a SubgraphFailure for what is none, nests deeper than `depth`
 * or has a key `__proto__`. Numbers that JavaScript cannot hold (integers beyond 2^53, say) are kept as they are written:
 * `JSON.stringify` writes them as they were.
 */
export function parseAnswerBytes(bytes: Buffer, depth: number): unknown {
	if (!isUtf8(bytes)) throw new SubgraphFailure("malformed", "an answer that is not UTF-8");
	const careful = needsCare(bytes, depth);
	const text = bytes.toString("utf8");
	try {
		const parsed = parseJson(text, careful ? keepWide : undefined);
		if (careful && protoKey.test(text)) throw new SubgraphFailure("malformed", "an answer with a key `__proto__`");
		return parsed;
	} catch (error) {
		if (error instanceof SubgraphFailure) throw error;
		throw new SubgraphFailure("malformed", "an answer that is not JSON", { cause: error });
	}
}

/** Of the language since 2026, and of Node; not of TypeScript's library yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object };

const keepWide: ReadNumber = (value, source) => {
	const held = Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(source));
	return held || String(value) === source ? value : rawJSON(source);
};

/** In text that is JSON: a quote that begins a text has no backslash before it. */
const protoKey = new RegExp(`(?<!\\\\)"${Array.from("__proto__", writtenAny).join("")}"\\s*:`);

/** A pattern for every way in which JSON may write a lower-case letter or an underscore. */
function writtenAny(character: string): string {
	const digits = character.charCodeAt(0).toString(16);
	return `(?:${character}|\\\\u00[${digits[0]}][${digits[1]}${digits[1]?.toUpperCase()}])`;
}

const [quote, backslash, openObject, closeObject, openList, closeList] = Buffer.from('"\\{}[]');
const [colon, comma, point, smallE, largeE, underscore, p, u] = Buffer.from(":,.eE_pu");
const zero = 0x30;
const nine = 0x39;

/** From so many digits on an integer may be beyond 2^53; an exponent of three may be beyond what a double holds. */
const wideDigits = 16;
const beforeExponent = wideDigits - 3;
const fraction = -(2 ** 30);

/**
 * Looks at each byte once, before anything is parsed: what nests without end would make every later step fail that descends
 * into it. True where a number may be too wide or a key may be `__proto__`: rare, and slow to look at.
 */
function needsCare(bytes: Buffer, limit: number): boolean {
	const end = bytes.length;
	let care = false;
	let depth = 0;
	/** Of the number that is being read. */
	let digits = 0;
	for (let at = 0; at < end; at += 1) {
		const byte = bytes[at] as number;
		if (byte === quote) {
			if (bytes[at + 1] === underscore && bytes[at + 2] === underscore && bytes[at + 3] === p) care = true;
			for (at += 1; at < end; at += 1) {
				const inner = bytes[at];
				if (inner === quote) break;
				if (inner !== backslash) continue;
				at += 1;
				if (bytes[at] === u && bytes[at + 1] === zero && bytes[at + 2] === zero) care = true;
			}
		} else if (byte >= zero && byte <= nine) {
			digits += 1;
			if (digits >= wideDigits) care = true;
		} else if (byte === comma || byte === colon) digits = 0;
		else if (byte === openObject || byte === openList) {
			digits = 0;
			depth += 1;
			if (depth > limit) throw new SubgraphFailure("malformed", `an answer that nests more than ${limit} levels`);
		} else if (byte === closeObject || byte === closeList) depth -= 1;
		else if (byte === point) digits = fraction;
		else if (byte === smallE || byte === largeE) digits = beforeExponent;
	}
	return care;
}
