import type { FastifyInstance } from "fastify";
import type { Histogram } from "prom-client";
import type { Logger } from "../../core/ports/logger.ts";
import type { FeaturesFormat, ReadFeatures } from "../../core/ports/read-features.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import type { Places } from "../admit/concurrency.ts";
import { deadlines } from "../deadline.ts";
import type { GatewayLimits } from "../limits.ts";
import { callerOf } from "./caller.ts";
import { arrowStream, contentTypeOf, featuresMediaTypes, formatOf, requestOf } from "./features-media.ts";
import { legacyJson } from "./graphql-response.ts";
import { mediaTypeOf, negotiate } from "./media-type.ts";
import { refuse } from "./send-result.ts";

export interface FeaturesOptions {
	readonly readFeatures: ReadFeatures;
	readonly authenticate: Authenticate;
	/** Those of queries: what one principal may have running counts both doors. */
	readonly operations: Places;
	readonly seconds: Histogram<"format" | "outcome">;
	readonly logger: Logger;
	readonly limits: Pick<GatewayLimits, "operationMillis" | "slowOperationMillis">;
}

/** `POST /features`: what `onlineFeatures` answers, for clients that ask much and often, as JSON or as an Arrow stream. */
export async function featuresRoute(app: FastifyInstance, options: FeaturesOptions): Promise<void> {
	const { readFeatures, authenticate, operations, seconds, logger, limits } = options;
	const withDeadline = deadlines({ millis: limits.operationMillis });
	const observe = observers(seconds);
	app.removeAllContentTypeParsers();
	app.addContentTypeParser([legacyJson, arrowStream, "*"], { parseAs: "buffer" }, (_request, body, done) => {
		done(null, body);
	});

	app.post("/features", async (request, reply) => {
		const began = performance.now();
		const format = formatOf(mediaTypeOf(request.headers["content-type"]));
		if (format === null) return refuse(reply, 415, `A request body is ${legacyJson} or ${arrowStream}.`);
		// Who sends Arrow and does not care gets Arrow.
		const offered = format === "json" ? featuresMediaTypes : featuresMediaTypes.toReversed();
		const answer = formatOf(negotiate(request.headers.accept, offered));
		if (answer === null) return refuse(reply, 406, `Answers are ${legacyJson} or ${arrowStream}.`);
		let outcome: "ok" | "error" = "error";
		let body: Uint8Array | string;
		try {
			const caller = callerOf(request, reply.raw);
			const principal = await authenticate({ authorization: request.headers.authorization ?? null });
			const release = operations.take(principal.id);
			try {
				const rest = { format, answer, principal, requestId: request.id, ...requestOf(request) };
				body = await withDeadline(({ signal }) => readFeatures({ ...rest, signal }), caller);
				outcome = "ok";
			} finally {
				release();
			}
		} finally {
			const millis = performance.now() - began;
			observe[answer][outcome](millis / 1000);
			if (millis > limits.slowOperationMillis) {
				logger.warn(
					{ requestId: request.id, millis: Math.round(millis), format, answer },
					"A read of features was slow",
				);
			}
		}
		return reply.header("content-type", contentTypeOf(answer)).send(body);
	});
}

type Observers = Readonly<Record<FeaturesFormat, Readonly<Record<"ok" | "error", (seconds: number) => void>>>>;

/** Looked up by their labels once, not for each request. */
function observers(seconds: Histogram<"format" | "outcome">): Observers {
	const child = (format: FeaturesFormat, outcome: "ok" | "error") => {
		const histogram = seconds.labels({ format, outcome });
		return (value: number): void => histogram.observe(value);
	};
	const of = (format: FeaturesFormat) => ({ ok: child(format, "ok"), error: child(format, "error") });
	return { json: of("json"), arrow: of("arrow") };
}
