import type { Logger } from "../core/ports/logger.ts";
import { Closers } from "./closers.ts";

export interface RunningServer {
	/** Where it listens: `http://127.0.0.1:4000`. */
	readonly url: string;
	/** Lets requests and jobs end, then closes everything. Can be called more than once. */
	stop(): Promise<void>;
	/** Resolves when it has stopped. */
	readonly stopped: Promise<void>;
}

/** Runs what `start` opens, which resolves to where it listens. A start that fails closes what it had opened. */
export async function runServer(logger: Logger, start: (closers: Closers) => Promise<string>): Promise<RunningServer> {
	const closers = new Closers(logger);
	const stopped = Promise.withResolvers<void>();
	let stopping: Promise<void> | undefined;
	const stop = (): Promise<void> => {
		stopping ??= closers.close().then(stopped.resolve, stopped.reject);
		return stopping;
	};
	try {
		return { url: await start(closers), stop, stopped: stopped.promise };
	} catch (error) {
		await stop();
		throw error;
	}
}
