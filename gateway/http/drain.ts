import type { FastifyInstance } from "fastify";

/**
 * Returns how to close a server: it takes no new connections, lets the requests that run finish within
 * `drainMillis`, then cuts the connections that are left. Those would hold it up for long: Node does not count one
 * that was opened and never used as idle.
 */
export function drainOnClose(app: FastifyInstance, drainMillis: number): () => Promise<void> {
	let running = 0;
	let quiet: (() => void) | null = null;
	const ended = (): void => {
		running -= 1;
		if (running === 0) quiet?.();
	};
	app.addHook("onRequest", (_request, reply, done) => {
		running += 1;
		reply.raw.on("close", ended);
		done();
	});
	return async () => {
		const closed = app.close();
		if (running > 0) {
			await new Promise<void>((resolve) => {
				const deadline = setTimeout(resolve, drainMillis);
				quiet = () => {
					clearTimeout(deadline);
					resolve();
				};
			});
		}
		app.server.closeAllConnections();
		await closed;
	};
}
