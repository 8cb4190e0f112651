import { createHmac, createSecretKey, hash, type KeyObject, timingSafeEqual } from "node:crypto";
import { FeaturegraphError } from "../errors/featuregraph-error.ts";
import type { Principal } from "../ports/principal.ts";
import { readPrincipal } from "./carried-principal.ts";
import type { NonceMemory } from "./nonce-memory.ts";

/**
 * How a subgraph knows that a request comes from the gateway, and for whom: five headers, the last of which is an
 * HMAC over the others and the request. `docs/subgraphs.md` tells it to those who check it elsewhere.
 */
export const signatureHeaders = {
	principal: "featuregraph-principal",
	graph: "featuregraph-graph",
	time: "featuregraph-time",
	nonce: "featuregraph-nonce",
	signature: "featuregraph-signature",
} as const;

/** How far the two clocks may be apart, and so how long a request is remembered. */
export const signatureSkewMillis = 60_000;

const scheme = "v1";
const shortestSecret = 32;

/** What a signature covers. */
export interface SignedParts {
	readonly method: string;
	/** As in the request line, with its query. */
	readonly path: string;
	/** The subgraph that it is for: with a secret in common, one cannot pass it on to another. */
	readonly subgraph: string;
	readonly body: string | Uint8Array;
	/** Milliseconds since 1970. */
	readonly time: number;
	/** Stands in no other request that is signed with the same secret. */
	readonly nonce: string;
	/** By which schema of the subgraph the gateway asks: `sdlHash`. */
	readonly graph: string;
	/** The principal as its header has it. */
	readonly principal: string;
}

/** The secrets as keys, the first of which signs. Throws CONFIGURATION_INVALID for one that is too short. */
export function signingKeys(secrets: readonly string[]): readonly KeyObject[] {
	return secrets.map((secret) => {
		if (secret.length >= shortestSecret) return createSecretKey(secret, "utf8");
		throw new FeaturegraphError("CONFIGURATION_INVALID", `A secret has less than ${shortestSecret} characters.`, {
			hint: "Make one with: openssl rand -hex 32",
		});
	});
}

/** The value of the signature's header. */
export function signatureOf(key: KeyObject, parts: SignedParts): string {
	return `${scheme}=${hmac(key, parts).digest("hex")}`;
}

/** A request as it arrived; header names in lower case. */
export interface ReceivedRequest {
	readonly method: string;
	readonly path: string;
	readonly body: string | Uint8Array;
	readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

export interface Verification {
	/** The subgraph that checks. */
	readonly subgraph: string;
	/** Any of them may have signed: so a secret is replaced without a stop. */
	readonly keys: readonly KeyObject[];
	readonly nonces: NonceMemory;
	/** Milliseconds since 1970. */
	readonly now: number;
}

/** Who asks, and by which schema of the subgraph. Throws UNAUTHENTICATED for what the gateway did not send now. */
export function verifySignedRequest(
	{ method, path, body, headers }: ReceivedRequest,
	{ subgraph, keys, nonces, now }: Verification,
): { readonly principal: Principal; readonly graph: string } {
	const read = (name: string): string => {
		const value = headers[name];
		if (typeof value === "string") return value;
		throw refused(`The request lacks the header \`${name}\`.`);
	};
	const principal = read(signatureHeaders.principal);
	const graph = read(signatureHeaders.graph);
	const nonce = read(signatureHeaders.nonce);
	const given = /^v1=([0-9a-f]{64})$/.exec(read(signatureHeaders.signature))?.[1];
	const writtenTime = read(signatureHeaders.time);
	if (given === undefined || !/^\d{1,15}$/.test(writtenTime) || !/^[\w.-]{16,64}$/.test(nonce)) {
		throw refused("The signature of the request is not of the form that this version reads.");
	}
	const time = Number(writtenTime);
	const parts = { method, path, subgraph, body, time, nonce, graph, principal };
	// Every key is tried, so that the time tells nothing of which one was near.
	let genuine = false;
	const signature = Buffer.from(given, "hex");
	for (const key of keys) if (timingSafeEqual(hmac(key, parts).digest(), signature)) genuine = true;
	if (!genuine) throw refused("The signature of the request is not valid.");
	if (Math.abs(now - time) > signatureSkewMillis)
		throw refused("The request was signed too long ago, or ahead of now.");
	if (!nonces.admit(nonce, time, now)) throw refused("The request was answered before.");
	return { principal: readPrincipal(principal), graph };
}

function hmac(key: KeyObject, { method, path, subgraph, body, time, nonce, graph, principal }: SignedParts) {
	const digest = hash("sha256", body, "hex");
	const text = `featuregraph-${scheme}\n${method}\n${path}\n${subgraph}\n${digest}\n${time}\n${nonce}\n${graph}\n${principal}`;
	return createHmac("sha256", key).update(text);
}

const refused = (message: string): FeaturegraphError =>
	new FeaturegraphError("UNAUTHENTICATED", message, {
		hint: "Ask the gateway; it signs what it asks of a subgraph with FEATUREGRAPH_SUBGRAPH_SECRET.",
	});
