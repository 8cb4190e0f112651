import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";

export interface Received {
	readonly method: string;
	/** As in the request line: `/graphql`. */
	readonly url: string;
	readonly headers: IncomingHttpHeaders;
	/** As it came, before it is parsed. */
	readonly body: Buffer;
}

/** Who asks the gateway. */
export interface Principal {
	readonly id: string;
	readonly permissions: readonly string[];
	/** Null: all. */
	readonly projects: readonly string[] | null;
}

const parts = ["principal", "graph", "time", "nonce", "signature"] as const;

/** A check by docs/subgraphs.md, for one subgraph and its secret: the principal, or null for what no gateway sent now. */
export function signatureCheck(subgraph: string, secret: string): (request: Received) => Principal | null {
	const seen = recentNonces();
	return ({ method, url, headers, body }) => {
		const [principal, graph, time, nonce, signature] = parts.map((part) =>
			String(headers[`featuregraph-${part}`] ?? ""),
		);
		if (principal === undefined || nonce === undefined || signature === undefined) return null;
		const digest = createHash("sha256").update(body).digest("hex");
		const text = ["featuregraph-v1", method, url, subgraph, digest, time, nonce, graph, principal].join("\n");
		const expected = Buffer.from(`v1=${createHmac("sha256", secret).update(text).digest("hex")}`);
		const given = Buffer.from(signature);
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
		if (Math.abs(Date.now() - Number(time)) > 60_000 || seen.has(nonce)) return null;
		seen.add(nonce);
		return JSON.parse(Buffer.from(principal, "base64url").toString()) as Principal;
	};
}

/** Remembers for two minutes at least and four at most; longer, the time of a request refuses it. */
function recentNonces(): { has(nonce: string): boolean; add(nonce: string): void } {
	let young = new Set<string>();
	let old = new Set<string>();
	let since = Date.now();
	return {
		has: (nonce) => young.has(nonce) || old.has(nonce),
		add(nonce) {
			if (Date.now() - since > 120_000) {
				[old, young] = [young, new Set()];
				since = Date.now();
			}
			young.add(nonce);
		},
	};
}
