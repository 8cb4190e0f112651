import type { IncomingHttpHeaders } from "node:http";

interface AcceptedRange {
	readonly type: string;
	readonly quality: number;
}

/**
 * The media type of `offered` that an Accept header wants most, the earlier one where it does not care; null
 * where it accepts none. Without a header everything is accepted.
 */
export function negotiate(accept: string | undefined, offered: readonly string[]): string | null {
	if (accept === undefined || accept.trim() === "") return offered[0] ?? null;
	const ranges = accept.split(",").map(parseRange);
	let best: string | null = null;
	let bestQuality = 0;
	for (const type of offered) {
		const quality = qualityOf(type, ranges);
		if (quality > bestQuality) {
			best = type;
			bestQuality = quality;
		}
	}
	return best;
}

/** The type of a Content-Type header, without its parameters; null where there is none. */
export function mediaTypeOf(contentType: string | undefined): string | null {
	// As most write it.
	if (contentType === "application/json") return contentType;
	const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
	return type === undefined || type === "" ? null : type;
}

/** Is it application/json in UTF-8, the latter said or not? */
export function isJson(contentType: string | undefined): boolean {
	if (contentType === "application/json") return true;
	return mediaTypeOf(contentType) === "application/json" && (charsetOf(contentType) ?? "utf-8") === "utf-8";
}

/** The charset parameter of a Content-Type header; null where there is none. */
export function charsetOf(contentType: string | undefined): string | null {
	return /;\s*charset="?([^\s";]+)/i.exec(contentType ?? "")?.[1]?.toLowerCase() ?? null;
}

/** Is the body compressed, or encoded otherwise? */
export function isEncoded({ "content-encoding": encoding }: IncomingHttpHeaders): boolean {
	return encoding !== undefined && encoding.toLowerCase() !== "identity";
}

function parseRange(text: string): AcceptedRange {
	const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
	const quality = parameters.find((parameter) => parameter.startsWith("q="));
	const value = quality === undefined ? 1 : Number(quality.slice(2));
	return { type, quality: Number.isFinite(value) ? value : 0 };
}

/** The most specific range decides. */
function qualityOf(type: string, ranges: readonly AcceptedRange[]): number {
	const group = `${type.split("/", 1)[0]}/*`;
	for (const pattern of [type, group, "*/*"]) {
		const found = ranges.find((range) => range.type === pattern);
		if (found !== undefined) return found.quality;
	}
	return 0;
}
