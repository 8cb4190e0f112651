/** A part of a file, both ends inclusive. */
export interface ByteRange {
	readonly start: number;
	readonly end: number;
}

/**
 * The part that a Range header asks for of a file of `byteCount` bytes: null for the whole file (no header, several
 * ranges, or a header that is none, which RFC 9110 has servers ignore), "unsatisfiable" where nothing of it exists.
 */
export function parseRange(header: string | undefined, byteCount: number): ByteRange | "unsatisfiable" | null {
	const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
	if (match === null) return null;
	const [, first = "", last = ""] = match;
	if (first === "" && last === "") return null;
	if (first === "") {
		const length = Math.min(Number(last), byteCount);
		return length === 0 ? "unsatisfiable" : { start: byteCount - length, end: byteCount - 1 };
	}
	const start = Number(first);
	const end = last === "" ? byteCount - 1 : Math.min(Number(last), byteCount - 1);
	if (last !== "" && Number(last) < start) return null;
	return start >= byteCount ? "unsatisfiable" : { start, end };
}
