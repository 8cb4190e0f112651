import type { Logger } from "../core/ports/logger.ts";

/**
 * What nobody caught leaves the process in a state that nobody knows: it is logged and the process ends with 1, for a
 * supervisor to start it anew. Rejections that nobody handles come here, too. Nothing acknowledged is lost by it.
 */
export function endOnFatalErrors(logger: Logger): void {
	process.on("uncaughtException", (error, origin) => {
		try {
			logger.error({ err: error, origin }, "An error that nobody caught ends the process");
		} finally {
			process.exit(1);
		}
	});
}
