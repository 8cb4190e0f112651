import type { FastifyInstance } from "fastify";
import type { Histogram } from "prom-client";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import type { TakePush } from "../../core/ports/take-push.ts";
import type { Places } from "../admit/concurrency.ts";
import { deadlines } from "../deadline.ts";
import type { GatewayLimits } from "../limits.ts";
import { callerOf } from "./caller.ts";
import { arrowStream, contentTypeOf, formatOf, requestOf } from "./features-media.ts";
import { legacyJson } from "./graphql-response.ts";
import { mediaTypeOf } from "./media-type.ts";
import { refuse } from "./send-result.ts";

export interface PushOptions {
	readonly takePush: TakePush;
	readonly authenticate: Authenticate;
	/** Those of operations: what one principal may have running counts all doors. */
	readonly operations: Places;
	readonly seconds: Histogram<"format" | "outcome">;
	readonly logger: Logger;
	readonly limits: Pick<GatewayLimits, "operationMillis" | "slowOperationMillis">;
}

const keyHeader = "idempotency-key";

/** `POST /push`: what the mutation `push` takes, for clients that send much, as an Arrow stream or as JSON. */
export async function pushRoute(app: FastifyInstance, options: PushOptions): Promise<void> {
	const { takePush, authenticate, operations, seconds, logger, limits } = options;
	const withDeadline = deadlines({ millis: limits.operationMillis });
	app.removeAllContentTypeParsers();
	app.addContentTypeParser([legacyJson, arrowStream, "*"], { parseAs: "buffer" }, (_request, body, done) => {
		done(null, body);
	});

	app.post("/push", async (request, reply) => {
		const began = performance.now();
		const format = formatOf(mediaTypeOf(request.headers["content-type"]));
		if (format === null) return refuse(reply, 415, `A request body is ${legacyJson} or ${arrowStream}.`);
		let outcome: "ok" | "error" = "error";
		try {
			const caller = callerOf(request, reply.raw);
			const principal = await authenticate({ authorization: request.headers.authorization ?? null });
			const release = operations.take(principal.id);
			try {
				const { body, request: rest } = requestOf(request);
				const idempotencyKey = keyOf(request.headers[keyHeader]);
				const push = { format, body, request: rest, idempotencyKey, principal, requestId: request.id };
				const taken = await withDeadline(({ signal }) => takePush({ ...push, signal }), caller);
				outcome = "ok";
				return reply.header("content-type", contentTypeOf("json")).send(taken);
			} finally {
				release();
			}
		} finally {
			const millis = performance.now() - began;
			seconds.observe({ format, outcome }, millis / 1000);
			if (millis > limits.slowOperationMillis) {
				logger.warn({ requestId: request.id, millis: Math.round(millis), format }, "A push was slow");
			}
		}
	});
}

function keyOf(header: string | string[] | undefined): string | null {
	if (header === undefined || typeof header === "string") return header ?? null;
	throw new FeaturegraphError("BAD_USER_INPUT", "A push has one idempotency key.", { name: keyHeader });
}
