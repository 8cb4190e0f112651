import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { ExecutionResult } from "graphql";
import { signatureHeaders } from "../../core/access/signed-request.ts";
import { errorCatalogue } from "../../core/errors/catalogue.ts";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { asksForCacheUse, cacheReport } from "../../core/online/cache-header.ts";
import type { CacheUse } from "../../core/online/cache-use.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { parseJson } from "../../core/values/parse-json.ts";
import { publicErrors } from "../../gateway/complete/public-error.ts";
import { writeEventStream } from "./event-stream.ts";
import type { HeldSchemas } from "./held-schemas.ts";
import type { Measure } from "./measure.ts";
import type { HostedOperation } from "./schema-host.ts";
import type { Verify } from "./signed-requests.ts";

export interface GraphqlRouteOptions {
	readonly schemas: HeldSchemas;
	readonly verify: Verify;
	readonly logger: Logger;
	readonly measure: Measure;
	/** Ends the streams. */
	readonly shutdown: AbortSignal;
}

/**
 * `POST /graphql` of a subgraph, for gateways alone: every request is signed. It is answered by the schema that the gateway
 * asks by, as JSON; or, where `text/event-stream` is asked for, subscribed to.
 */
export async function graphqlRoute(app: FastifyInstance, options: GraphqlRouteOptions): Promise<void> {
	const { schemas, verify, logger, measure, shutdown } = options;

	app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => done(null, body));
	app.post("/graphql", async (request, reply) => {
		const { principal, graph } = verify({
			method: request.method,
			path: request.url,
			body: request.body as Buffer,
			headers: request.headers,
		});
		const operation = operationOf(request.body as Buffer);
		const { id: requestId, headers } = request;
		const asked = { requestId, principal, scope: {}, signal: leftSignal(reply), headers };
		const cacheUses: CacheUse[] | null = asksForCacheUse(headers) ? [] : null;
		const context = cacheUses === null ? asked : { ...asked, cacheUses };
		const schema = await schemas.for(graph, operation).finally(() => {
			// It tells the gateway of a change, also where it refuses.
			reply.header(signatureHeaders.graph, schemas.latestHash);
		});
		if (request.headers.accept?.includes("text/event-stream") !== true) {
			const finished = measure("operation");
			const result = await schema.execute(operation, context);
			finished(result.errors === undefined ? "ok" : "errors");
			const sent = cacheUses === null ? result : { ...result, extensions: { cache: cacheReport(cacheUses) } };
			return reply.code(statusOf(result)).type("application/json; charset=utf-8").send(JSON.stringify(sent));
		}
		const results = await schema.subscribe(operation, context);
		if (!(Symbol.asyncIterator in results))
			return reply.type("application/json; charset=utf-8").send(JSON.stringify(results));
		stream(request, reply, results);
		return reply;
	});

	function stream(request: FastifyRequest, reply: FastifyReply, results: AsyncIterableIterator<ExecutionResult>): void {
		const finished = measure("subscription");
		reply.hijack();
		reply.raw.writeHead(200, {
			...reply.getHeaders(),
			"content-type": "text/event-stream; charset=utf-8",
		} as Record<string, string>);
		const failure = (error: unknown) => ({ errors: publicErrors([error], { requestId: request.id, logger }) });
		writeEventStream(reply.raw, results, { failure, shutdown }).then(
			() => finished("ok"),
			(error: unknown) => {
				finished("errors");
				logger.error({ err: error, requestId: request.id }, "A stream broke off");
			},
		);
	}
}

function operationOf(body: Buffer): HostedOperation {
	let given: unknown;
	try {
		given = parseJson(body.toString("utf8"));
	} catch {
		throw new FeaturegraphError("BAD_USER_INPUT", "The body is not JSON.");
	}
	const { query, variables = null, operationName = null } = (given ?? {}) as Record<string, unknown>;
	if (typeof query !== "string") throw new FeaturegraphError("BAD_USER_INPUT", "The body has no `query`.");
	if (typeof variables !== "object" || Array.isArray(variables)) {
		throw new FeaturegraphError("BAD_USER_INPUT", "`variables` is no object.");
	}
	if (operationName !== null && typeof operationName !== "string") {
		throw new FeaturegraphError("BAD_USER_INPUT", "`operationName` is no string.");
	}
	return { query, variables: (variables ?? {}) as Record<string, unknown>, operationName };
}

/** Aborts when the gateway leaves before the answer. */
function leftSignal({ raw }: FastifyReply): AbortSignal {
	const left = new AbortController();
	raw.once("close", () => {
		if (!raw.writableFinished) left.abort();
	});
	return left.signal;
}

/** Without `data` it was not executed. */
const statusOf = ({ data }: ExecutionResult): number =>
	data === undefined ? errorCatalogue.BAD_USER_INPUT.status : 200;
