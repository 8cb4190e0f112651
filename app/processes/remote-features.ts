import { Pool } from "undici";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { cacheHeader, noCache, reportCache } from "../../core/online/cache-header.ts";
import type { ReadFeatures } from "../../core/ports/read-features.ts";
import { parseJson } from "../../core/values/parse-json.ts";
import { requestIdHeader } from "../../gateway/http/caller.ts";
import { contentTypeOf } from "../../gateway/http/features-media.ts";
import type { RequestSigner } from "../../gateway/transport/http/request-signer.ts";
import { boundedBytes } from "./bounded-bytes.ts";
import { type RefusalAnswer, refusalOf } from "./refusal.ts";
import { traceHeaders } from "./trace-headers.ts";

const connections = 64;
/** A million values and their names; far more is no answer of ours. */
const mostAnswerBytes = 128 * 1024 * 1024;
const attempts = 2;
/** Beside the deadline of the gateway, which is shorter where it matters. */
const idleMillis = 60_000;

export interface RemoteFeatures {
	readonly readFeatures: ReadFeatures;
	close(): Promise<void>;
}

/** Online features of the subgraph at this URL, for the gateway's `/features`: rows and answers pass through unread. */
export function remoteFeatures(
	name: string,
	url: string,
	sign: RequestSigner,
	answerBytes: number = mostAnswerBytes,
): RemoteFeatures {
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
			...traceHeaders(),
			...Object.fromEntries(sign({ method: "POST", path, body, graph: "", principal })),
		};
		const response = await pool.request({ method: "POST", path, headers, body, signal });
		const bytes = await boundedBytes(response.body, answerBytes);
		if (bytes === null) throw tooLong(name, answerBytes);
		if (response.statusCode === 200) return bytes;
		throw refusalOf(parseJson(bytes.toString()) as RefusalAnswer | null) ?? unavailable(name);
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

const tooLong = (name: string, most: number): FeaturegraphError =>
	new FeaturegraphError("SUBGRAPH_UNAVAILABLE", `The subgraph \`${name}\` answers with more than ${most} bytes.`, {
		name,
		hint: "Ask for fewer rows or features at once.",
	});

const unavailable = (name: string, cause?: unknown): FeaturegraphError =>
	new FeaturegraphError("SUBGRAPH_UNAVAILABLE", `The subgraph \`${name}\` does not answer.`, { name }, { cause });
