import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Logger } from "../../core/ports/logger.ts";
import type { GatewayLimits } from "../limits.ts";
import { Timeouts } from "../timeouts.ts";
import { cutStalled } from "./stalled-connections.ts";

declare module "fastify" {
	interface FastifyRequest {
		/** The body is there, or will not come. */
		bodyArrived: (() => void) | null;
	}
}

/** Bounds the time that a body takes; what it returns is called once the body is there, or will not come. */
export type BoundBody = (request: IncomingMessage) => () => void;

/**
 * Bounds what clients can hold open: the number of connections, the time that they stand still, unread answers among them, and
 * the time that the body of a request takes (uploads of files are read as they come, and are bounded by their bytes). Node
 * itself bounds the time of headers. Returns what bounds a body that the framework does not see.
 */
export function boundSlowClients(
	app: FastifyInstance,
	{ httpConnections, bodyMillis, operationMillis, stalledMillis }: GatewayLimits,
	logger: Logger,
): BoundBody {
	app.server.maxConnections = httpConnections;
	// Those that idle are cut with those that stall: Node would set a timer of each twice for every request.
	app.server.keepAliveTimeout = 0;
	cutStalled(app.server, operationMillis + stalledMillis);
	app.server.on("drop", () => logger.warn({ httpConnections }, "A connection was refused: there are too many"));

	const bodies = new Timeouts(bodyMillis);
	const boundBody: BoundBody = (request) =>
		bodies.begin(() => {
			// It was answered without being looked at.
			if (request.complete || request.destroyed) return;
			request.socket.end("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
			request.destroy();
		});
	app.decorateRequest("bodyArrived", null);
	app.addHook("onRequest", (request, _reply, done) => {
		request.bodyArrived = boundBody(request.raw);
		done();
	});
	app.addHook("preValidation", (request, _reply, done) => {
		request.bodyArrived?.();
		done();
	});
	// Also that of a client that leaves while it sends.
	app.addHook("onError", (request, _reply, _error, done) => {
		request.bodyArrived?.();
		done();
	});
	return boundBody;
}
