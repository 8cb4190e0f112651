import type { FastifyRequest } from "fastify";
import { asksForCacheUse, cacheHeader, noCache } from "../../core/online/cache-header.ts";
import type { FeaturesFormat, FeaturesRequest } from "../../core/ports/read-features.ts";
import { legacyJson } from "./graphql-response.ts";

/** As IANA has registered it. */
export const arrowStream = "application/vnd.apache.arrow.stream";

export const featuresMediaTypes: readonly string[] = [legacyJson, arrowStream];

export const formatOf = (mediaType: string | null): FeaturesFormat | null =>
	mediaType === legacyJson ? "json" : mediaType === arrowStream ? "arrow" : null;

export const contentTypeOf = (format: FeaturesFormat): string =>
	format === "json" ? `${legacyJson}; charset=utf-8` : arrowStream;

const nothing = new Uint8Array();

/** The body, and what stands in the URL and the headers beside it. */
export function requestOf({
	body,
	query,
	headers,
}: FastifyRequest): Pick<FeaturesRequest, "body" | "request" | "bypassCache" | "reportsCache"> {
	const { request = null } = (query ?? {}) as { readonly request?: unknown };
	return {
		body: body instanceof Uint8Array ? body : nothing,
		request: typeof request === "string" ? request : null,
		bypassCache: headers[cacheHeader] === noCache,
		reportsCache: asksForCacheUse(headers),
	};
}
