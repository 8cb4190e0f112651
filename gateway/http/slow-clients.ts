import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Logger } from "../../core/ports/logger.ts";
import type { GatewayLimits } from "../limits.ts";

/**
 * Bounds what clients can hold open: the number of connections, and the time that the body of a request takes (uploads of
 * files are read as they come, and are bounded by their bytes). Node itself bounds the time of headers.
 */
export function boundSlowClients(
	app: FastifyInstance,
	{ httpConnections, bodyMillis }: GatewayLimits,
	logger: Logger,
): void {
	app.server.maxConnections = httpConnections;
	app.server.on("drop", () => logger.warn({ httpConnections }, "A connection was refused: there are too many"));

	const awaited = new WeakMap<FastifyRequest, NodeJS.Timeout>();
	const arrived = async (request: FastifyRequest): Promise<void> => clearTimeout(awaited.get(request));
	app.addHook("preParsing", async (request) => {
		const cut = (): void => {
			request.raw.socket.end("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
			request.raw.destroy();
		};
		awaited.set(request, setTimeout(cut, bodyMillis));
	});
	app.addHook("preValidation", arrived);
	app.addHook("onRequestAbort", arrived);
	app.addHook("onResponse", arrived);
}
