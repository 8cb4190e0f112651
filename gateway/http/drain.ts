import type { ServerResponse } from "node:http";
import type { FastifyInstance } from "fastify";

export interface Drain {
	/** Resolves when nothing runs any more. */
	close(): Promise<void>;
	/** A request that the framework does not see is waited for, too. */
	began(response: ServerResponse): void;
	isClosing(): boolean;
}

/**
 * Returns how to close a server: it takes no new connections, lets the requests that run finish within
 * `drainMillis`, then cuts the connections that are left. Those would hold it up for long: Node does not count one
 * that was opened and never used as idle.
 */
export function drainOnClose(app: FastifyInstance, drainMillis: number): Drain {
	let running = 0;
	let closing = false;
	let quiet: (() => void) | null = null;
	const ended = (): void => {
		running -= 1;
		if (running === 0) quiet?.();
	};
	const began = (response: ServerResponse): void => {
		running += 1;
		response.on("close", ended);
	};
	app.addHook("onRequest", (_request, reply, done) => {
		began(reply.raw);
		done();
	});
	const close = async (): Promise<void> => {
		closing = true;
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
	return { close, began, isClosing: () => closing };
}
