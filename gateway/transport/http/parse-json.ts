import { isUtf8 } from "node:buffer";
import { SubgraphFailure } from "./subgraph-failure.ts";

/** Of the language since 2026, and of Node; not of TypeScript's library yet. */
const exactJson = JSON as unknown as {
	rawJSON(text: string): object;
	parse(
		text: string,
		reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown,
	): unknown;
};

/** JSON in bytes of which nothing is known. Throws a SubgraphFailure as `parseJson` does. */
export function parseJsonBytes(bytes: Buffer, depth: number): unknown {
	if (!isUtf8(bytes)) throw new SubgraphFailure("malformed", "an answer that is not UTF-8");
	return parseJson(bytes.toString("utf8"), depth);
}

/**
 * JSON of which nothing is known. Throws a SubgraphFailure for what is none, nests deeper than `depth` or has a key
 * `__proto__`. Numbers that JavaScript cannot hold (integers beyond 2^53, say) are kept as they are written:
 * `JSON.stringify` writes them as they were.
 */
export function parseJson(text: string, depth: number): unknown {
	// Below that size it cannot be too deep.
	if (text.length > depth * 2) refuseDeeper(text, depth);
	try {
		return needsCare.test(text) ? exactJson.parse(text, revive) : (JSON.parse(text) as unknown);
	} catch (error) {
		if (error instanceof SubgraphFailure) throw error;
		throw new SubgraphFailure("malformed", "an answer that is not JSON", { cause: error });
	}
}

/** A number of 16 digits or with an exponent of three, a key that may be `__proto__`: rare, and slow to look at. */
const needsCare = /[[:,]\s*-?\d{16}|\d[eE][+-]?\d{3}|__proto__|\\u00/;

function revive(key: string, value: unknown, { source }: { readonly source?: string }): unknown {
	if (key === "__proto__") throw new SubgraphFailure("malformed", "an answer with a key `__proto__`");
	if (typeof value !== "number" || source === undefined) return value;
	const held = Number.isFinite(value) && (Number.isSafeInteger(value) || !/^-?\d+$/.test(source));
	return held || String(value) === source ? value : exactJson.rawJSON(source);
}

const [quote, backslash, openObject, openList, closeObject, closeList] = Buffer.from('"\\{[}]');

/** Before it is parsed: what nests without end makes every later step that descends into it fail. */
function refuseDeeper(text: string, limit: number): void {
	let depth = 0;
	let inText = false;
	for (let at = 0; at < text.length; at += 1) {
		const unit = text.charCodeAt(at);
		if (inText) {
			if (unit === backslash) at += 1;
			else if (unit === quote) inText = false;
		} else if (unit === quote) inText = true;
		else if (unit === openObject || unit === openList) {
			depth += 1;
			if (depth > limit) throw new SubgraphFailure("malformed", `an answer that nests more than ${limit} levels`);
		} else if (unit === closeObject || unit === closeList) depth -= 1;
	}
}
