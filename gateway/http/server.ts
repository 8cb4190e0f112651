import cors from "@fastify/cors";
import Fastify, { type FastifyInstance } from "fastify";
import type { Logger } from "../../core/ports/logger.ts";
import type { GatewayLimits } from "../limits.ts";
import type { FeaturesOptions } from "./answer-features.ts";
import { requestIdHeader, requestIdOf } from "./caller.ts";
import { drainOnClose } from "./drain.ts";
import { featuresRoute } from "./features-route.ts";
import { type FilesOptions, filesRoute } from "./files-route.ts";
import { type Doors, refuseForeignPage } from "./foreign-pages.ts";
import { graphiqlRoutes, registerFileSender } from "./graphiql.ts";
import { type GraphqlRouteOptions, graphqlRoute } from "./graphql-route.ts";
import { type HealthOptions, healthRoutes } from "./health-routes.ts";
import { type HotRoutes, takeHotRequests } from "./hot-requests.ts";
import { httpErrorHandler, notFound } from "./http-errors.ts";
import { isEncoded } from "./media-type.ts";
import { type PushOptions, pushRoute } from "./push-route.ts";
import { refuse } from "./send-result.ts";
import { boundSlowClients } from "./slow-clients.ts";

export interface HttpOptions {
	readonly graphql: Omit<GraphqlRouteOptions, "hot">;
	readonly health: HealthOptions;
	readonly files: FilesOptions | null;
	readonly features: FeaturesOptions | null;
	readonly push: PushOptions | null;
	readonly logger: Logger;
	readonly limits: GatewayLimits;
	readonly doors: Doors;
}

export interface HttpServer {
	readonly app: FastifyInstance;
	/** Lets requests finish, then closes. */
	close(): Promise<void>;
}

const ofAllAnswers = [
	["cache-control", "no-store"],
	["x-content-type-options", "nosniff"],
] as const;
const exposedToPages = [requestIdHeader, "etag", "content-range", "accept-ranges"];
/** What the framework says even to who is no page, where pages of other origins may call. */
const ofAllOrigins = [
	["vary", "Origin"],
	["access-control-expose-headers", exposedToPages.join(", ")],
] as const;

/** The HTTP side of the gateway, not listening yet. */
export async function createHttpServer(options: HttpOptions): Promise<HttpServer> {
	const onError = httpErrorHandler(options.logger);
	const app = Fastify({
		bodyLimit: options.limits.bodyBytes,
		genReqId: requestIdOf,
		routerOptions: { maxParamLength: 1024 },
		// A path that cannot be read comes to no hook.
		frameworkErrors(error, request, reply) {
			reply.header(requestIdHeader, request.id);
			for (const [name, value] of ofAllAnswers) reply.header(name, value);
			onError(error, request, reply);
		},
	});
	const boundBody = boundSlowClients(app, options.limits, options.logger);
	const { close, began, isClosing } = drainOnClose(app, options.limits.drainMillis);
	app.addHook("onRequest", (request, reply, done) => {
		reply.header(requestIdHeader, request.id);
		for (const [name, value] of ofAllAnswers) reply.header(name, value);
		const refusal = refuseForeignPage(request.raw, options.doors);
		if (refusal !== null) return done(refusal);
		if (!isEncoded(request.headers)) return done();
		void refuse(
			reply.header("accept-encoding", "identity"),
			415,
			"A body is not compressed. Send it without `content-encoding`.",
		);
	});
	app.setErrorHandler(onError);
	app.setNotFoundHandler(notFound);
	const { corsOrigins } = options.doors;
	if (corsOrigins.length > 0) {
		await app.register(cors, {
			origin: [...corsOrigins],
			methods: ["GET", "HEAD", "POST", "PUT", "DELETE"],
			exposedHeaders: [...exposedToPages],
			maxAge: 600,
		});
	}
	await registerFileSender(app);
	const hot: HotRoutes = new Map();
	await app.register(graphqlRoute, { ...options.graphql, hot });
	if (options.graphql.graphiql) await app.register(graphiqlRoutes);
	const idleMillis = options.limits.uploadIdleMillis;
	if (options.files !== null) await app.register(filesRoute, { ...options.files, idleMillis });
	if (options.features !== null) await app.register(featuresRoute, { ...options.features, hot });
	if (options.push !== null) await app.register(pushRoute, options.push);
	await app.register(healthRoutes, options.health);
	takeHotRequests(app.server, {
		routes: hot,
		bodyBytes: options.limits.bodyBytes,
		// A page of another origin gets headers of its own, or a refusal.
		admits: (request) =>
			!isClosing() &&
			(corsOrigins.length === 0 || request.headers.origin === undefined) &&
			!isEncoded(request.headers) &&
			refuseForeignPage(request, options.doors) === null,
		begin(request, response) {
			began(response);
			return boundBody(request);
		},
		headers: [...ofAllAnswers, ...(corsOrigins.length === 0 ? [] : ofAllOrigins)].flat(),
		logger: options.logger,
	});
	return { app, close };
}
