/**
 * How deep JSON goes. DuckDB infers its structure, compares and merges it by recursion without a limit: what is nested a
 * hundred thousand times ends the process.
 */
import { createReadStream } from "node:fs";
import { basename } from "node:path";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

/** As deep as a JSON value may be that is pushed. */
const deepest = 128;
const chunkBytes = 1024 ** 2;

const lineFeed = 0x0a;
const carriageReturn = 0x0d;
const quote = 0x22;
const backslash = 0x5c;
/** `[` and `{` differ in one bit, as do `]` and `}`; no other character becomes one of them by it. */
const open = 0x7b;
const close = 0x7d;
const bracketBit = 0x20;

/** Follows JSON by its lines, each a document of its own. */
class Nesting {
	lines = 0;
	#depth = 0;
	#inString = false;
	#isEscaped = false;

	/** False once a line goes deeper than it may. */
	take(bytes: Uint8Array): boolean {
		let depth = this.#depth;
		let inString = this.#inString;
		let isEscaped = this.#isEscaped;
		for (const byte of bytes) {
			if (byte === lineFeed) {
				this.lines += 1;
				depth = 0;
				inString = isEscaped = false;
			} else if (byte === carriageReturn) {
				inString = isEscaped = false;
			} else if (inString) {
				if (isEscaped) isEscaped = false;
				else if (byte === backslash) isEscaped = true;
				else if (byte === quote) inString = false;
			} else if (byte === quote) {
				inString = true;
			} else if ((byte | bracketBit) === open) {
				depth += 1;
				if (depth > deepest) return false;
			} else if ((byte | bracketBit) === close) {
				depth -= 1;
			}
		}
		this.#depth = depth;
		this.#inString = inString;
		this.#isEscaped = isEscaped;
		return true;
	}
}

export const isDeepJson = (json: string): boolean => !new Nesting().take(Buffer.from(json));

/** UNREADABLE_FILE for a file of JSON lines one of which goes deeper than it may. */
export async function refuseDeepLines(path: string, signal: AbortSignal): Promise<void> {
	const nesting = new Nesting();
	for await (const chunk of createReadStream(path, { highWaterMark: chunkBytes, signal })) {
		if (nesting.take(chunk as Buffer)) continue;
		throw new FeaturegraphError(
			"UNREADABLE_FILE",
			`Line ${nesting.lines + 1} of the file ${basename(path)} is JSON nested deeper than ${deepest} levels.`,
			{ name: basename(path) },
		);
	}
}
