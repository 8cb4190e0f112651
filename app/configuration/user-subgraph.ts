import { z } from "zod";
import { isConfigurableHeader } from "../../gateway/transport/http/request-headers.ts";
import { subgraphNames } from "../../schema/subgraph-sdl.ts";

/** A subgraph of somebody else that joins ours: `docs/subgraphs.md`. */
export interface UserSubgraph {
	readonly name: string;
	readonly url: string;
	/** File with its SDL; null: it is asked for it. */
	readonly schema: string | null;
	/** Headers of the client that it gets, by name in lower case. */
	readonly headers: readonly string[];
	/** Headers that every request to it has. */
	readonly sendHeaders: Readonly<Record<string, string>>;
	readonly subscriptions: "sse" | "ws" | "none";
	/** Where its subscriptions are; null: at `url`. */
	readonly subscriptionsUrl: string | null;
	/** Signs the requests to it; null: they are not signed. */
	readonly secret: string | null;
	readonly timeoutMillis: number;
}

const mostUserSubgraphs = 50;

const text = z.string().trim().min(1);
const httpUrl = text.refine(isPlainHttpUrl, {
	message: "must be an http or https URL without a password or a fragment (credentials go into `sendHeaders`)",
});
const headerName = text
	.transform((name) => name.toLowerCase())
	.refine(isConfigurableHeader, { message: "is no header that can be configured" });
const headerValue = z.string().regex(/^[\t\x20-\x7e]*$/, "must be one line of ASCII");
const ours: ReadonlySet<string> = new Set(subgraphNames);

const userSubgraph = z
	.strictObject({
		name: z
			.string()
			.regex(/^[a-z][a-z0-9_]{0,62}$/, "must be like `orders`: [a-z][a-z0-9_]*")
			.refine((name) => !ours.has(name), { message: `must not be one of ours: ${subgraphNames.join(", ")}` }),
		url: httpUrl,
		schema: text.optional(),
		introspect: z.literal(true).optional(),
		headers: z.array(headerName).default([]),
		sendHeaders: z.record(headerName, headerValue).default({}),
		subscriptions: z.enum(["sse", "ws", "none"]).default("sse"),
		subscriptionsUrl: httpUrl.nullable().default(null),
		secret: z.string().min(32, "must have at least 32 characters: openssl rand -hex 32").nullable().default(null),
		timeoutMillis: z.number().int().min(1).max(600_000).default(10_000),
	})
	.refine(({ schema, introspect }) => (schema === undefined) !== (introspect === undefined), {
		message: "needs either `schema: FILE` or `introspect: true`",
	})
	.transform(({ schema, introspect: _, ...rest }): UserSubgraph => ({ ...rest, schema: schema ?? null }));

export const userSubgraphs = z
	.array(userSubgraph)
	.max(mostUserSubgraphs)
	.refine((list) => new Set(list.map(({ name }) => name)).size === list.length, {
		message: "has two subgraphs of one name",
	});

function isPlainHttpUrl(value: string): boolean {
	const url = URL.parse(value);
	if (url === null || !["http:", "https:"].includes(url.protocol)) return false;
	return url.username === "" && url.password === "" && url.hash === "";
}
