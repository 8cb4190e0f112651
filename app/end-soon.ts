import type { Logger } from "../core/ports/logger.ts";

const graceMs = 2000;

/**
 * All is closed: what still keeps the process alive after a moment is a library's, and is left behind. kafkajs has
 * something when its broker was away before.
 */
export function endSoon(logger: Logger): void {
	setTimeout(() => {
		const left = process.getActiveResourcesInfo().filter((name) => name !== "Timeout");
		logger.warn({ left }, "Something did not end with the process");
		process.exit();
	}, graceMs).unref();
}
