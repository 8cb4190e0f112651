import { type logCreator, logLevel } from "kafkajs";
import type { Logger } from "../../core/ports/logger.ts";

/**
 * kafkajs's log through ours, a step quieter: it reports as errors what it then retries by itself, a coordinator that
 * is still loading among them. What fails for good is thrown.
 */
export function kafkaLog(logger: Logger): logCreator {
	return () =>
		({ level, log }) => {
			const { message, timestamp, logger: kafkajs, stack, ...fields } = log;
			if (level === logLevel.ERROR) logger.warn(fields, `Kafka: ${message}`);
			else logger.debug(fields, `Kafka: ${message}`);
		};
}
