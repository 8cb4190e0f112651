import Fastify, { type FastifyInstance } from "fastify";
import { requestIdHeader, requestIdOf } from "../gateway/http/caller.ts";
import { drainOnClose } from "../gateway/http/drain.ts";
import { type HealthOptions, healthRoutes } from "../gateway/http/health-routes.ts";
import { httpErrorHandler, notFound } from "../gateway/http/http-errors.ts";
import { boundSlowClients } from "../gateway/http/slow-clients.ts";
import { defaultLimits } from "../gateway/limits.ts";

/** Of one request of a gateway: the representations of a large query among them. */
const bodyBytes = 64 * 1024 * 1024;
const drainMillis = 5000;

export interface ProcessServer {
	readonly app: FastifyInstance;
	/** Lets requests finish, then closes. */
	close(): Promise<void>;
}

/** The HTTP side of a process that is not the public door: `/health`, `/ready`, `/metrics`, and what is registered. */
export async function processServer(health: HealthOptions): Promise<ProcessServer> {
	const onError = httpErrorHandler(health.logger);
	const app = Fastify({
		bodyLimit: bodyBytes,
		genReqId: requestIdOf,
		routerOptions: { maxParamLength: 1024 },
		frameworkErrors(error, request, reply) {
			onError(error, request, reply);
		},
	});
	boundSlowClients(app, defaultLimits, health.logger);
	const { close } = drainOnClose(app, drainMillis);
	app.addHook("onRequest", async (request, reply) => {
		reply.headers({ [requestIdHeader]: request.id, "cache-control": "no-store" });
	});
	app.setErrorHandler(onError);
	app.setNotFoundHandler(notFound);
	await app.register(healthRoutes, health);
	return { app, close };
}
