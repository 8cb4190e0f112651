import { type KeyObject, randomBytes } from "node:crypto";
import { writePrincipal } from "../../../core/access/carried-principal.ts";
import { signatureHeaders, signatureOf } from "../../../core/access/signed-request.ts";
import type { Principal } from "../../../core/ports/principal.ts";

export interface RequestToSign {
	readonly method: string;
	readonly path: string;
	readonly body: string | Uint8Array;
	/** Hash of the subgraph's schema. */
	readonly graph: string;
	readonly principal: Principal;
}

/** The headers, as pairs, that tell a subgraph who asks and prove it. Each call makes others: a nonce is used once. */
export type RequestSigner = (request: RequestToSign) => readonly (readonly [name: string, value: string])[];

const {
	principal: principalHeader,
	graph: graphHeader,
	time: timeHeader,
	nonce: nonceHeader,
	signature,
} = signatureHeaders;

/** Signs requests for one subgraph. */
export function requestSigner(
	key: KeyObject,
	{ subgraph, now = Date.now }: { readonly subgraph: string; readonly now?: () => number },
): RequestSigner {
	// Chance makes it unlike those of other processes, the count unlike those before: cheaper than chance for each.
	const process = randomBytes(12).toString("base64url");
	let count = 0;
	return ({ method, path, body, graph, principal }) => {
		const time = now();
		const nonce = `${process}.${(count++).toString(36)}`;
		const carried = carriedPrincipal(principal);
		return [
			[principalHeader, carried],
			[graphHeader, graph],
			[timeHeader, String(time)],
			[nonceHeader, nonce],
			[signature, signatureOf(key, { method, path, subgraph, body, time, nonce, graph, principal: carried })],
		];
	};
}

/** A principal is one object for many requests. */
const written = new WeakMap<Principal, string>();

function carriedPrincipal(principal: Principal): string {
	let text = written.get(principal);
	if (text === undefined) {
		text = writePrincipal(principal);
		written.set(principal, text);
	}
	return text;
}
