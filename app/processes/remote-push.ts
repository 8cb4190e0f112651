import { Pool } from "undici";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { TakePush } from "../../core/ports/take-push.ts";
import { parseJson } from "../../core/values/parse-json.ts";
import { requestIdHeader } from "../../gateway/http/caller.ts";
import { contentTypeOf } from "../../gateway/http/features-media.ts";
import type { RequestSigner } from "../../gateway/transport/http/request-signer.ts";
import { boundedBytes } from "./bounded-bytes.ts";
import { type RefusalAnswer, refusalOf } from "./refusal.ts";
import { traceHeaders } from "./trace-headers.ts";

const connections = 32;
/** Every row of a push rejected with a long reason; far more is no answer of ours. */
const mostAnswerBytes = 64 * 1024 * 1024;
const attempts = 2;
/** Beside the deadline of the gateway, which is shorter where it matters. */
const idleMillis = 60_000;

export interface RemotePush {
	readonly takePush: TakePush;
	close(): Promise<void>;
}

/** Pushes to the subgraph at this URL, for the gateway's `/push`: rows and answers pass through unread. */
export function remotePush(name: string, url: string, sign: RequestSigner): RemotePush {
	const pool = new Pool(new URL(url).origin, { connections, headersTimeout: idleMillis, bodyTimeout: idleMillis });
	const send: TakePush = async ({ format, body, request, idempotencyKey, principal, requestId, signal }) => {
		const query = new URLSearchParams();
		if (request !== null) query.set("request", request);
		if (idempotencyKey !== null) query.set("key", idempotencyKey);
		const path = query.size === 0 ? "/push" : `/push?${query.toString()}`;
		const headers = {
			"content-type": contentTypeOf(format),
			[requestIdHeader]: requestId,
			...traceHeaders(),
			...Object.fromEntries(sign({ method: "POST", path, body, graph: "", principal })),
		};
		const response = await pool.request({ method: "POST", path, headers, body, signal });
		const bytes = await boundedBytes(response.body, mostAnswerBytes);
		if (bytes === null) throw unavailable(name);
		if (response.statusCode === 200) return bytes;
		throw refusalOf(parseJson(bytes.toString()) as RefusalAnswer | null) ?? unavailable(name);
	};
	return {
		async takePush(push) {
			// What has no key might be taken twice.
			const most = push.idempotencyKey === null ? 1 : attempts;
			for (let attempt = 1; ; attempt++) {
				try {
					return await send(push);
				} catch (error) {
					if (push.signal.aborted) throw push.signal.reason;
					if (error instanceof FeaturegraphError) throw error;
					if (attempt === most) throw unavailable(name, error);
				}
			}
		},
		close: () => pool.destroy(),
	};
}

const unavailable = (name: string, cause?: unknown): FeaturegraphError =>
	new FeaturegraphError(
		"SUBGRAPH_UNAVAILABLE",
		`The subgraph \`${name}\` does not answer: it may have taken the rows.`,
		{ name, hint: "Push them again; with the same idempotency-key, nothing is taken twice." },
		{ cause },
	);
