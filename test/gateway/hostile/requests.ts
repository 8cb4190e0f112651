/** Requests that are none, or that mean harm, and what they are answered. */
export interface HostileRequest {
	readonly what: string;
	readonly method?: string;
	readonly path?: string;
	readonly headers?: Readonly<Record<string, string>> | undefined;
	readonly body?: string | Buffer;
	readonly status: number;
	/** Null: none. */
	readonly code: string | null;
}

const input = "BAD_USER_INPUT";
const json = (body: unknown): string => JSON.stringify(body);
const get = (query: string): Pick<HostileRequest, "method" | "path"> => ({ method: "GET", path: `/graphql?${query}` });
const typed = (type: string): HostileRequest["headers"] => ({ "content-type": type });

export const hostileRequests: readonly HostileRequest[] = [
	// bodies
	{ what: "no body", body: "", status: 400, code: input },
	{ what: "what is not JSON", body: "{", status: 400, code: input },
	{ what: "JSON that is no object", body: "1", status: 400, code: input },
	{ what: "a list of operations", body: json([{ query: "{ served }" }]), status: 400, code: input },
	{ what: "null", body: "null", status: 400, code: input },
	{ what: "no query", body: "{}", status: 400, code: input },
	{ what: "an empty query", body: json({ query: "" }), status: 400, code: input },
	{ what: "a query that is no text", body: json({ query: { toString: "{ served }" } }), status: 400, code: input },
	{ what: "variables that are a list", body: json({ query: "{ served }", variables: [1] }), status: 400, code: input },
	{ what: "variables as text", body: json({ query: "{ served }", variables: "{}" }), status: 400, code: input },
	{ what: "a numeric operation name", body: json({ query: "{ served }", operationName: 1 }), status: 400, code: input },
	{ what: "extensions as text", body: json({ query: "{ served }", extensions: "x" }), status: 400, code: input },
	{ what: "a document id that is none", body: json({ documentId: {} }), status: 400, code: input },
	{
		what: "an unknown document id",
		body: json({ documentId: "__proto__" }),
		status: 200,
		code: "PERSISTED_QUERY_NOT_FOUND",
	},
	{
		what: "keys twice, of which the last counts",
		body: '{"query": "{ a }", "query": "{ served }"}',
		status: 200,
		code: null,
	},
	{
		what: "a prototype",
		body: '{"query": "{ served }", "__proto__": {"query": "{ a }"}, "constructor": {"prototype": {"polluted": true}}}',
		status: 200,
		code: null,
	},
	{ what: "a byte order mark", body: `\uFEFF${json({ query: "{ served }" })}`, status: 400, code: input },
	{
		what: "bytes that are no UTF-8",
		body: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x7d]),
		status: 400,
		code: input,
	},
	{ what: "UTF-16", body: Buffer.from(json({ query: "{ served }" }), "utf16le"), status: 400, code: input },
	{ what: "nothing but zeroes", body: Buffer.alloc(50_000), status: 400, code: input },
	{ what: "brackets without end", body: "[".repeat(50_000), status: 400, code: input },
	{ what: "a body over the limit", body: json({ query: "x".repeat(70_000) }), status: 413, code: "LIMIT_EXCEEDED" },
	{
		what: "a compressed body",
		headers: { "content-type": "application/json", "content-encoding": "gzip" },
		body: Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0xff]),
		status: 415,
		code: input,
	},

	// media types
	...["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/graphql"].map(
		(type): HostileRequest => ({
			what: type,
			headers: typed(type),
			body: json({ query: "{ served }" }),
			status: 415,
			code: input,
		}),
	),
	{
		what: "JSON in another charset",
		headers: typed("application/json; charset=utf-16"),
		body: "{}",
		status: 415,
		code: input,
	},
	{
		what: "a media type that is none",
		headers: typed("json"),
		body: json({ query: "{ served }" }),
		status: 415,
		code: input,
	},
	{
		what: "an answer that is not to be had",
		headers: { "content-type": "application/json", accept: "image/png" },
		body: json({ query: "{ served }" }),
		status: 406,
		code: input,
	},
	{
		what: "an Accept header without end",
		headers: { "content-type": "application/json", accept: "a/b;q=0.1,".repeat(1000) },
		body: json({ query: "{ served }" }),
		status: 406,
		code: input,
	},

	// methods and query strings
	{
		what: "a mutation by GET",
		...get(`query=${encodeURIComponent("mutation { write(id: 1, value: 1) { id } }")}`),
		status: 405,
		code: "UNSUPPORTED",
	},
	{ what: "two queries by GET", ...get("query={served}&query={served}"), status: 400, code: input },
	{ what: "variables by GET that are not JSON", ...get("query={served}&variables={"), status: 400, code: input },
	{ what: "extensions by GET that are not JSON", ...get("query={served}&extensions=x"), status: 400, code: input },
	{
		what: "a query string of escapes that are none",
		...get("query=%ff%fe%zz"),
		status: 200,
		code: "GRAPHQL_PARSE_FAILED",
	},
	{ what: "a GET without a query", ...get(""), status: 400, code: input },
	{ what: "an address without end", ...get(`query=${"x".repeat(100_000)}`), status: 431, code: null },
	{ what: "PATCH", method: "PATCH", body: "{}", status: 405, code: input },
	{ what: "DELETE", method: "DELETE", status: 405, code: input },
	{
		what: "an unknown stream",
		method: "DELETE",
		path: "/graphql?token=__proto__&operationId=1",
		status: 404,
		code: "NOT_FOUND",
	},
	{ what: "another path", path: "/graphql/../secret", body: "{}", status: 404, code: "NOT_FOUND" },
];
