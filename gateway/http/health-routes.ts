import type { FastifyInstance } from "fastify";
import type { Registry } from "prom-client";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { Authenticate } from "../../core/ports/subgraph.ts";

/** What a process says of itself. */
export interface Health {
	/** Rejects while something that every request needs does not answer. */
	readonly ready: () => Promise<void>;
	readonly registry: Pick<Registry, "contentType" | "metrics">;
}

export interface HealthOptions extends Health {
	readonly authenticate: Authenticate;
	readonly logger: Logger;
}

/**
 * `/health`: the process lives. `/ready`: it can answer operations. `/metrics`: for Prometheus; it tells what is asked here
 * and how often, so it wants credentials where any are configured.
 */
export async function healthRoutes(app: FastifyInstance, options: HealthOptions) {
	const { ready, registry, authenticate, logger } = options;
	app.get("/health", async () => ({ status: "ok" }));
	app.get("/ready", async (_request, reply) => {
		const reason = await whyNotReady(ready, logger);
		if (reason === null) return { status: "ready" };
		return reply.code(503).send({ status: "not ready", reason });
	});
	app.get("/metrics", async ({ headers }, reply) => {
		await authenticate({ authorization: headers.authorization ?? null });
		return reply.type(registry.contentType).send(await registry.metrics());
	});
}

async function whyNotReady(ready: () => Promise<void>, logger: Logger): Promise<string | null> {
	try {
		await ready();
		return null;
	} catch (error) {
		logger.warn({ err: error }, "Not ready");
		return error instanceof FeaturegraphError ? error.message : "A component does not answer.";
	}
}
