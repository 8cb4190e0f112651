/** CSV and NDJSON, written in order and in bounded memory. */
import { createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { featureValueEncoder } from "../../core/values/feature-value-out.ts";
import type { Column } from "../../core/values/type.ts";
import type { ColumnBatch, Value } from "../../core/values/value.ts";

export async function writeTextFrame(
	path: string,
	format: "CSV" | "NDJSON",
	columns: readonly Column[],
	batches: AsyncIterable<ColumnBatch>,
): Promise<void> {
	const lines = format === "CSV" ? csvLines(columns, batches) : ndjsonLines(columns, batches);
	await pipeline(Readable.from(lines, { objectMode: true, highWaterMark: 2 }), createWriteStream(path));
}

async function* ndjsonLines(columns: readonly Column[], batches: AsyncIterable<ColumnBatch>): AsyncGenerator<string> {
	const fields = columns.map(({ name, type }) => ({ head: `${JSON.stringify(name)}:`, encode: jsonEncoder(type) }));
	for await (const batch of batches) {
		let text = "";
		for (let row = 0; row < batch.rowCount; row++) {
			const parts = fields.map(({ head, encode }, c) => head + encode(batch.columns[c]?.[row] ?? null));
			text += `{${parts.join(",")}}\n`;
		}
		yield text;
	}
}

/** JSON text of a value; a -0 keeps its sign, which `JSON.stringify` would drop. */
function jsonEncoder(type: Column["type"]): (value: Value) => string {
	const encode = featureValueEncoder(type);
	if (type.scalar === "JSON") return (value) => (value === null ? "null" : (value as string));
	return (value) => (Object.is(value, -0) ? "-0.0" : JSON.stringify(encode(value)));
}

async function* csvLines(columns: readonly Column[], batches: AsyncIterable<ColumnBatch>): AsyncGenerator<string> {
	const encoders = columns.map(({ type }) => csvEncoder(type));
	yield `${columns.map(({ name }) => quoted(name)).join(",")}\n`;
	for await (const batch of batches) {
		let text = "";
		for (let row = 0; row < batch.rowCount; row++) {
			text += `${encoders.map((encode, c) => encode(batch.columns[c]?.[row] ?? null)).join(",")}\n`;
		}
		yield text;
	}
}

function csvEncoder(type: Column["type"]): (value: Value) => string {
	const encode = featureValueEncoder(type);
	return (value) => {
		if (value === null) return "";
		if (Object.is(value, -0)) return "-0";
		if (type.scalar === "JSON" && !type.isArray) return quoted(value as string);
		const json = encode(value);
		return quoted(typeof json === "string" ? json : JSON.stringify(json));
	};
}

const special = /[",\r\n]|^\s|\s$|^$/;

/** Null is an empty field, so the empty string has quotes. */
const quoted = (text: string): string => (special.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
