import { Pool } from "undici";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { cacheHeader, noCache, reportCache } from "../../core/online/cache-header.ts";
import type { ReadFeatures } from "../../core/ports/read-features.ts";
import { requestIdHeader } from "../../gateway/http/caller.ts";
import { contentTypeOf } from "../../gateway/http/features-media.ts";
import type { RequestSigner } from "../../gateway/transport/http/request-signer.ts";
import { type RefusalAnswer, refusalOf } from "./refusal.ts";

const connections = 64;
const attempts = 2;
/** Beside the deadline of the gateway, which is shorter where it matters. */
const idleMillis = 60_000;

export interface RemoteFeatures {
	readonly readFeatures: ReadFeatures;
	close(): Promise<void>;
}

/** Online features of the subgraph at this URL, for the gateway's `/features`: rows and answers pass through unread. */
export function remoteFeatures(name: string, url: string, sign: RequestSigner): RemoteFeatures {
	const pool = new Pool(new URL(url).origin, { connections, headersTimeout: idleMillis, bodyTimeout: idleMillis });
	const ask: ReadFeatures = async (asked) => {
		const { format, body, request, answer, bypassCache, reportsCache, principal, requestId, signal } = asked;
		const path = request === null ? "/features" : `/features?request=${encodeURIComponent(request)}`;
		const headers = {
			"content-type": contentTypeOf(format),
			accept: contentTypeOf(answer),
			[requestIdHeader]: requestId,
			...(bypassCache ? { [cacheHeader]: noCache } : {}),
			...(reportsCache === true ? { [cacheHeader]: reportCache } : {}),
			...Object.fromEntries(sign({ method: "POST", path, body, graph: "", principal })),
		};
		const response = await pool.request({ method: "POST", path, headers, body, signal });
		if (response.statusCode === 200) return response.body.bytes();
		throw refusalOf((await response.body.json()) as RefusalAnswer | null) ?? unavailable(name);
	};
	return {
		async readFeatures(request) {
			for (let attempt = 1; ; attempt++) {
				try {
					return await ask(request);
				} catch (error) {
					if (request.signal.aborted) throw request.signal.reason;
					if (error instanceof FeaturegraphError) throw error;
					// A read may be asked again: the connection may have been closed as the request was on its way.
					if (attempt === attempts) throw unavailable(name, error);
				}
			}
		},
		close: () => pool.destroy(),
	};
}

const unavailable = (name: string, cause?: unknown): FeaturegraphError =>
	new FeaturegraphError("SUBGRAPH_UNAVAILABLE", `The subgraph \`${name}\` does not answer.`, { name }, { cause });
