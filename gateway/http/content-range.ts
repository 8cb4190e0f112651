import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";

/** A part of a file that is sent: its bytes from `start` to before `end`, of `total` where that is known. */
export interface ContentRange {
	readonly start: number;
	readonly end: number;
	readonly total: number | null;
}

/** No bytes: it is asked how much has come, and said that this is all of it where the total is given. */
export interface NoContent {
	readonly start: null;
	readonly total: number | null;
}

/**
 * The Content-Range of a PUT that sends a part of a file (RFC 9110, 14.5): null where there is none, NoContent where a star
 * stands for its bytes. BAD_USER_INPUT for anything else.
 */
export function parseContentRange(
	header: string | undefined,
	byteCount: number | null,
): ContentRange | NoContent | null {
	if (header === undefined) return null;
	const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header.trim());
	if (match === null) throw unusable(header, "It is like `bytes 0-1048575/4000000`.");
	const [, first, last, whole] = match;
	const total = whole === "*" ? null : Number(whole);
	if (first === undefined || last === undefined) return { start: null, total };
	const [start, end] = [Number(first), Number(last) + 1];
	const isSound =
		start < end && [start, end, total ?? 0].every(Number.isSafeInteger) && (total === null || end <= total);
	if (!isSound) throw unusable(header, "Its bytes lie within the file.");
	if (byteCount !== null && byteCount !== end - start) throw unusable(header, `The body has ${byteCount} bytes.`);
	return { start, end, total };
}

const unusable = (header: string, hint: string): FeaturegraphError =>
	new FeaturegraphError("BAD_USER_INPUT", `\`Content-Range: ${header.slice(0, 100)}\` cannot be used.`, { hint });
