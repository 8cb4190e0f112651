import { setTimeout as sleep } from "node:timers/promises";
import type { Bus } from "../../core/ports/bus.ts";
import type { Logger } from "../../core/ports/logger.ts";

const retryMillis = 2000;

/**
 * Tells of every change of the registry that the bus tells of. The bus only makes it faster: one that cannot be reached is
 * tried again in the background. Returns how to stop.
 */
export function followBus(connect: () => Promise<Bus>, changed: () => void, logger: Logger): () => Promise<void> {
	const stopping = new AbortController();
	let bus: Bus | null = null;
	const connected = (async () => {
		while (!stopping.signal.aborted) {
			try {
				bus = await connect();
				await bus.subscribe("registry", changed);
				return;
			} catch (error) {
				await bus?.close();
				bus = null;
				logger.warn({ err: error }, "The event bus does not answer; changes are found by looking until it does");
				await sleep(retryMillis, undefined, { signal: stopping.signal }).catch(() => undefined);
			}
		}
	})();
	return async () => {
		stopping.abort();
		await connected;
		await bus?.close();
	};
}
