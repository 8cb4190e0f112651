import { TextDecoder } from "node:util";
import { SubgraphFailure } from "./subgraph-failure.ts";

export interface StreamedEvent {
	readonly name: string;
	readonly data: string;
}

/**
 * Reads server-sent events out of bytes as they come. The function that it returns throws a SubgraphFailure when an
 * event passes `limitChars`, or for what is not UTF-8.
 */
export function eventStreamParser(limitChars: number, take: (event: StreamedEvent) => void): (chunk: Buffer) => void {
	const decoder = new TextDecoder("utf-8", { fatal: true });
	let line = "";
	let name = "";
	let data: string[] = [];
	let size = 0;

	const endLine = () => {
		if (line === "") {
			if (data.length > 0 || name !== "") take({ name: name === "" ? "message" : name, data: data.join("\n") });
			name = "";
			data = [];
			size = 0;
			return;
		}
		const colon = line.indexOf(":");
		const field = colon === -1 ? line : line.slice(0, colon);
		const value = colon === -1 ? "" : line.slice(line[colon + 1] === " " ? colon + 2 : colon + 1);
		if (field === "event") name = value;
		else if (field === "data") data.push(value);
		// What is remembered of a line counts; of a comment, say, nothing.
		size += field === "event" || field === "data" ? line.length + 1 : 0;
		line = "";
	};
	let afterReturn = false;
	return (chunk) => {
		const text = decode(decoder, chunk);
		let from = 0;
		for (const { 0: ending, index } of text.matchAll(/\r\n|\n|\r/g)) {
			const restOfEnding = afterReturn && index === 0 && ending === "\n";
			afterReturn = false;
			if (!restOfEnding) {
				line += text.slice(from, index);
				if (size + line.length > limitChars) throw tooLarge(limitChars);
				endLine();
			}
			from = index + ending.length;
		}
		line += text.slice(from);
		afterReturn = text === "" ? afterReturn : text.endsWith("\r");
		if (size + line.length > limitChars) throw tooLarge(limitChars);
	};
}

function decode(decoder: TextDecoder, chunk: Buffer): string {
	try {
		return decoder.decode(chunk, { stream: true });
	} catch (error) {
		throw new SubgraphFailure("malformed", "an event that is not UTF-8", { cause: error });
	}
}

const tooLarge = (limit: number): SubgraphFailure =>
	new SubgraphFailure("malformed", `an event of more than ${limit} characters`);
