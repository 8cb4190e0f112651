import type { FastifyInstance } from "fastify";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { TakePush } from "../../core/ports/take-push.ts";
import { arrowStream, contentTypeOf, formatOf, requestOf } from "../../gateway/http/features-media.ts";
import { mediaTypeOf } from "../../gateway/http/media-type.ts";
import type { Measure } from "./measure.ts";
import type { Verify } from "./signed-requests.ts";

export interface HostedPush {
	readonly verify: Verify;
	readonly takePush: TakePush;
	readonly measure: Measure;
}

/** `POST /push` for gateways alone. The idempotency key stands in the URL, which is signed, as the body is. */
export async function pushRoute(app: FastifyInstance, { verify, takePush, measure }: HostedPush): Promise<void> {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser(["application/json", arrowStream], { parseAs: "buffer" }, (_request, body, done) => {
		done(null, body);
	});
	app.post("/push", async (request, reply) => {
		const { method, url, headers, id: requestId } = request;
		const { body, request: question } = requestOf(request);
		const { principal } = verify({ method, path: url, body, headers });
		const format = formatOf(mediaTypeOf(headers["content-type"]));
		if (format === null) {
			throw new FeaturegraphError("BAD_USER_INPUT", "The media type is none that gateways send.");
		}
		const { key = null } = request.query as { readonly key?: string };
		const finished = measure("push");
		const left = new AbortController();
		reply.raw.once("close", () => left.abort());
		const push = { format, body, request: question, idempotencyKey: key, principal, requestId, signal: left.signal };
		const taking = takePush(push);
		taking.then(
			() => finished("ok"),
			() => finished("errors"),
		);
		return reply.header("content-type", contentTypeOf("json")).send(await taking);
	});
}
