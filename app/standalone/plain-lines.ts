import type { Writable } from "node:stream";
import { levels } from "pino";
import { parseJson } from "../../core/values/parse-json.ts";

/** What a line tells by itself, or says nothing to whoever watches. */
const leftOut = new Set(["level", "time", "msg", "err"]);

/** Takes log lines of JSON and writes them for people: time, level, message, and what belongs to it. */
export function plainLines(to: Writable): { write(line: string): void } {
	return { write: (line) => void to.write(`${plain(parseJson(line) as LogLine)}\n`) };
}

interface LogLine extends Readonly<Record<string, unknown>> {
	readonly level: number;
	readonly time: string;
	readonly msg?: string;
	readonly err?: { readonly message?: string };
}

function plain(line: LogLine): string {
	const level = (levels.labels[line.level] ?? "").padEnd(5);
	const fields = Object.entries(line)
		.filter(([name]) => !leftOut.has(name))
		.map(([name, value]) => ` ${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
	const reason = line.err?.message === undefined ? "" : `: ${line.err.message}`;
	return `${line.time.slice(11, 19)} ${level} ${line.msg ?? ""}${reason}${fields.join("")}`;
}
