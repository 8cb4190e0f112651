import { NonceMemory } from "../../core/access/nonce-memory.ts";
import {
	type ReceivedRequest,
	signatureSkewMillis,
	signingKeys,
	verifySignedRequest,
} from "../../core/access/signed-request.ts";
import type { Principal } from "../../core/ports/principal.ts";

/** Requests that are remembered so that none is answered twice: two minutes of 8,000 in a second. */
const rememberedRequests = 1_000_000;

/** Who asks, and by which schema. Throws UNAUTHENTICATED for what no gateway has sent now. */
export type Verify = (request: ReceivedRequest) => { readonly principal: Principal; readonly graph: string };

/** Lets in what a gateway has signed for this subgraph with one of the secrets, once. */
export function verifyWith(secrets: readonly string[], subgraph: string): Verify {
	const keys = signingKeys(secrets);
	const nonces = new NonceMemory({ limit: rememberedRequests, windowMillis: signatureSkewMillis });
	return (request) => verifySignedRequest(request, { subgraph, keys, nonces, now: Date.now() });
}
