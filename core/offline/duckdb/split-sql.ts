/** Which rows of a training set's file belong to a part of it. */
import type { EntitySplits, SplitDefinition, TimeSplits } from "../../training/splits.ts";
import type { Column } from "../../values/type.ts";
import { valueText } from "./canonical-values.ts";
import { identifier, text } from "./sql-text.ts";

/** Buckets that entities are spread over: as many as the hexadecimal digits of their hash that are looked at can tell. */
const hashDigits = 13;
const buckets = 2 ** 52;

/** SQL condition of each part, by the columns of the file, which has all that the definition names. */
export function partConditions(
	definition: SplitDefinition,
	columns: readonly Column[],
	timestampColumn: string,
): readonly string[] {
	return definition.kind === "time"
		? timeConditions(definition, identifier(timestampColumn))
		: entityConditions(definition, columns);
}

function timeConditions({ parts, cuts, gapMicros }: TimeSplits, column: string): string[] {
	return parts.map((_, part) => {
		const from = cuts[part - 1];
		const to = cuts[part];
		return [
			`${column} IS NOT NULL`,
			...(from === undefined ? [] : [`epoch_us(${column}) >= ${BigInt(from)}`]),
			...(to === undefined ? [] : [`epoch_us(${column}) < ${BigInt(to) - BigInt(gapMicros)}`]),
		].join(" AND ");
	});
}

/**
 * The hash is the MD5 of the salt and of each value's text, every one behind its length in bytes (`n` for null), and a part
 * has the buckets from the sum of the shares before it to the sum with its own.
 */
function entityConditions({ parts, columns: names, salt }: EntitySplits, columns: readonly Column[]): string[] {
	const values = names.map((name) => {
		const column = columns.find((candidate) => candidate.name === name) as Column;
		const sql = identifier(name);
		const value = valueText(sql, column.type.scalar);
		return `CASE WHEN ${sql} IS NULL THEN 'n' ELSE strlen(${value}) || ':' || ${value} END`;
	});
	const hashed = [text(`${Buffer.byteLength(salt)}:${salt}`), ...values].join(" || ");
	const bucket = `CAST('0x' || substr(md5(${hashed}), 1, ${hashDigits}) AS UBIGINT)`;
	let sum = 0;
	return parts.map(({ share }) => {
		const from = bucketAt(sum);
		sum += share;
		return `${bucket} >= ${from} AND ${bucket} < ${bucketAt(sum)}`;
	});
}

const bucketAt = (share: number): number => Math.min(buckets, Math.round(share * buckets));
