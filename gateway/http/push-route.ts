import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Histogram } from "prom-client";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { FeaturesFormat } from "../../core/ports/read-features.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";
import type { TakePush } from "../../core/ports/take-push.ts";
import type { Places } from "../admit/concurrency.ts";
import { deadlines } from "../deadline.ts";
import type { GatewayLimits } from "../limits.ts";
import type { TraceRequest } from "../observe/spans.ts";
import type { Caller } from "../operation.ts";
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
	/** Null: nothing is traced. */
	readonly trace: TraceRequest | null;
	readonly logger: Logger;
	readonly limits: Pick<GatewayLimits, "operationMillis" | "slowOperationMillis">;
}

const keyHeader = "idempotency-key";

/** `POST /push`: what the mutation `push` takes, for clients that send much, as an Arrow stream or as JSON. */
export async function pushRoute(app: FastifyInstance, options: PushOptions): Promise<void> {
	const { takePush, authenticate, operations, seconds, trace, logger, limits } = options;
	const withDeadline = deadlines({ millis: limits.operationMillis });
	app.removeAllContentTypeParsers();
	app.addContentTypeParser([legacyJson, arrowStream, "*"], { parseAs: "buffer" }, (_request, body, done) => {
		done(null, body);
	});

	const take = async (
		request: FastifyRequest,
		format: FeaturesFormat,
		caller: Caller,
	): Promise<Uint8Array | string> => {
		const principal = await authenticate({ authorization: request.headers.authorization ?? null });
		const release = operations.take(principal.id);
		try {
			const { body, request: rest } = requestOf(request);
			const idempotencyKey = keyOf(request.raw);
			const push = { format, body, request: rest, idempotencyKey, principal, requestId: request.id };
			return await withDeadline(({ signal }) => takePush({ ...push, signal }), caller);
		} finally {
			release();
		}
	};

	app.post("/push", async (request, reply) => {
		const began = performance.now();
		const { id, headers } = request;
		const format = formatOf(mediaTypeOf(headers["content-type"]));
		if (format === null) return refuse(reply, 415, `A request body is ${legacyJson} or ${arrowStream}.`);
		let outcome: "ok" | "error" = "error";
		let taken: Uint8Array | string;
		const caller = callerOf(request, reply.raw);
		try {
			const run = () => take(request, format, caller);
			taken = await (trace === null ? run() : trace("POST /push", { id, headers }, run));
			outcome = "ok";
		} catch (error) {
			// A client that has left is no error of ours; what it sent may be taken all the same.
			if (caller.signal.aborted && error === caller.signal.reason) return await reply.code(408).send();
			throw error;
		} finally {
			const millis = performance.now() - began;
			seconds.observe({ format, outcome }, millis / 1000);
			if (millis > limits.slowOperationMillis) {
				logger.warn({ requestId: id, millis: Math.round(millis), format }, "A push was slow");
			}
		}
		return reply.header("content-type", contentTypeOf("json")).send(taken);
	});
}

function keyOf({ headers, headersDistinct }: IncomingMessage): string | null {
	const given = headers[keyHeader] ?? null;
	// Several come as one, with commas between them.
	if (typeof given === "string" && (!given.includes(",") || headersDistinct[keyHeader]?.length === 1)) return given;
	if (given === null) return null;
	throw new FeaturegraphError("BAD_USER_INPUT", "A push has one idempotency key.", { name: keyHeader });
}
