import { charsetOf, mediaTypeOf } from "../../http/media-type.ts";
import { SubgraphFailure } from "./subgraph-failure.ts";

/** All of an answer but its body. */
export interface AnswerHead {
	readonly status: number;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

const absent = new Set([502, 503, 504]);
const usual = new Set<unknown>(
	["application/json", "application/graphql-response+json"].flatMap((type) => [type, `${type}; charset=utf-8`]),
);

/** Throws a SubgraphFailure unless the body may be read as a GraphQL response in JSON. */
export function checkAnswer({ status, headers }: AnswerHead): void {
	if (absent.has(status)) throw new SubgraphFailure("unreachable", `an answer with the status ${status}`);
	if (status === 401) throw new SubgraphFailure("denied", "an answer with the status 401");
	if (status >= 300 && status < 400) throw malformed(`with the status ${status}; redirects are not followed`);
	refuseCompressed(headers);
	const contentType = headers["content-type"];
	if (usual.has(contentType)) return;
	const type = typeof contentType === "string" ? mediaTypeOf(contentType) : null;
	if (type !== "application/json" && type !== "application/graphql-response+json") {
		throw malformed(`with the status ${status} and the type ${String(type)}`);
	}
	const charset = charsetOf(String(contentType)) ?? "utf-8";
	if (charset !== "utf-8" && charset !== "utf8") throw malformed(`in ${charset}`);
}

/** None was asked for: what is small on the way may be very large here. graphql-sse says `none` of what is plain. */
export function refuseCompressed(headers: AnswerHead["headers"]): void {
	const encoding = headers["content-encoding"];
	if (encoding === undefined || encoding === "identity" || encoding === "none") return;
	throw malformed("that is compressed, which was not asked for");
}

const malformed = (what: string): SubgraphFailure => new SubgraphFailure("malformed", `an answer ${what}`);
