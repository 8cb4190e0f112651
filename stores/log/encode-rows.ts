import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { LogDefinition, LogRow } from "../../core/ports/offline-log.ts";
import { InvalidValue } from "../../core/values/invalid-value.ts";
import type { Column } from "../../core/values/type.ts";
import type { Micros } from "../../core/values/value.ts";
import { formatArrayText } from "../postgres/array-text.ts";
import { columnArrayText, textEncoder } from "../postgres/column-types.ts";
import { formatTimestampText } from "../postgres/time-text.ts";

/** What the texts of a row's keys may come to: an entry of the index has at most 2,704 bytes. */
const maxKeyBytes = 2400;

/** The rows as one PostgreSQL array per column. Throws INVALID_VALUE, with the index of the row. */
export const encodeRows = (log: LogDefinition, rows: readonly LogRow[]): string[] =>
	columnTexts(log, rows).map((texts, c) => columnArrayText((log.columns[c] as Column).type, texts));

/** The values of one row, as PostgreSQL's text. Throws INVALID_VALUE. */
export const encodeRow = (log: LogDefinition, row: LogRow): (string | null)[] =>
	columnTexts(log, [row]).map(([text]) => text ?? null);

function columnTexts(log: LogDefinition, rows: readonly LogRow[]): (string | null)[][] {
	const keyBytes = new Uint32Array(rows.length);
	return log.columns.map(({ name, type }, c) => {
		const encode = textEncoder(type);
		const isKey = log.index.includes(name);
		const required = name === log.eventTime;
		return rows.map(({ values }, index) => {
			const text = encode(values[c] ?? null);
			if (text instanceof InvalidValue) throw refused(text.message, name, index);
			if (text === null) {
				if (required) throw refused("an event time cannot be null", name, index);
			} else if (isKey) {
				const bytes = (keyBytes[index] ?? 0) + Buffer.byteLength(text);
				keyBytes[index] = bytes;
				if (bytes > maxKeyBytes) throw refused(`the keys of a row have at most ${maxKeyBytes} bytes`, name, index);
			}
			return text;
		});
	});
}

/** Rows that follow each other and are due at the same time, counted from 1; those at which another append begins begin another range. */
export function handoverRanges(
	dueAt: readonly (Micros | null)[],
	starts: ReadonlySet<number>,
): { first: string; last: string; due: string } {
	const first: string[] = [];
	const last: string[] = [];
	const due: (string | null)[] = [];
	dueAt.forEach((time, row) => {
		if (row > 0 && time === dueAt[row - 1] && !starts.has(row)) {
			last[last.length - 1] = String(row + 1);
			return;
		}
		first.push(String(row + 1));
		last.push(String(row + 1));
		due.push(time === null ? null : formatTimestampText(time));
	});
	return { first: formatArrayText(first), last: formatArrayText(last), due: formatArrayText(due) };
}

const refused = (reason: string, column: string, index: number): FeaturegraphError =>
	new FeaturegraphError("INVALID_VALUE", `Row ${index}, column "${column}": ${reason}.`, { name: column, index });
