import type { FastifyInstance } from "fastify";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { ReadFeatures } from "../../core/ports/read-features.ts";
import { arrowStream, contentTypeOf, formatOf, requestOf } from "../../gateway/http/features-media.ts";
import { mediaTypeOf } from "../../gateway/http/media-type.ts";
import type { Measure } from "./measure.ts";
import type { Verify } from "./signed-requests.ts";

export interface HostedFeatures {
	readonly verify: Verify;
	readonly readFeatures: ReadFeatures;
	readonly measure: Measure;
}

/** `POST /features` for gateways alone: every request is signed, its body and its URL among what is. */
export async function featuresRoute(app: FastifyInstance, { verify, readFeatures, measure }: HostedFeatures) {
	app.removeAllContentTypeParsers();
	app.addContentTypeParser(["application/json", arrowStream], { parseAs: "buffer" }, (_request, body, done) => {
		done(null, body);
	});
	app.post("/features", async (request, reply) => {
		const { method, url, headers, id: requestId } = request;
		const asked = requestOf(request);
		const { principal } = verify({ method, path: url, body: asked.body, headers });
		const format = formatOf(mediaTypeOf(headers["content-type"]));
		const answer = formatOf(mediaTypeOf(headers.accept));
		if (format === null || answer === null) {
			throw new FeaturegraphError("BAD_USER_INPUT", "The media types are not those that gateways send.");
		}
		const finished = measure("features");
		const left = new AbortController();
		reply.raw.once("close", () => left.abort());
		const reading = readFeatures({ format, answer, principal, requestId, signal: left.signal, ...asked });
		reading.then(
			() => finished("ok"),
			() => finished("errors"),
		);
		const body = await reading;
		return reply.header("content-type", contentTypeOf(answer)).send(body);
	});
}
