import { createReadStream } from "node:fs";
import { parseJson } from "../../core/values/parse-json.ts";

/** DuckDB reads no longer one. */
const mostLineBytes = 16 * 1024 ** 2;
const lineFeed = 0x0a;

interface BadLine {
	/** From 1, as editors count them. */
	readonly line: number;
	/** Of the lines that are not empty, from 0. */
	readonly row: number;
	readonly text: string;
}

/** The first line of a file of JSON lines that is no JSON object; null where all are. */
export async function firstBadJsonLine(path: string, signal: AbortSignal): Promise<BadLine | null> {
	let rest = Buffer.alloc(0);
	let line = 0;
	let row = 0;
	const bad = (bytes: Buffer): BadLine | null => {
		line += 1;
		const text = bytes.toString().trim();
		if (text === "") return null;
		if (bytes.length > mostLineBytes || !isObject(text)) return { line, row, text };
		row += 1;
		return null;
	};
	for await (const chunk of createReadStream(path, { highWaterMark: 1024 ** 2, signal })) {
		let bytes = Buffer.concat([rest, chunk as Buffer]);
		for (let end = bytes.indexOf(lineFeed); end >= 0; end = bytes.indexOf(lineFeed)) {
			const found = bad(bytes.subarray(0, end));
			if (found !== null) return found;
			bytes = bytes.subarray(end + 1);
		}
		if (bytes.length > mostLineBytes) return bad(bytes);
		rest = bytes;
	}
	return bad(rest);
}

function isObject(text: string): boolean {
	try {
		const value: unknown = parseJson(text);
		return typeof value === "object" && value !== null && !Array.isArray(value);
	} catch {
		return false;
	}
}
