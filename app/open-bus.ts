import type { Bus } from "../core/ports/bus.ts";
import type { Logger } from "../core/ports/logger.ts";
import { connectKafkaBus } from "../stores/bus/kafka-bus.ts";
import { createMemoryBus } from "../stores/bus/memory-bus.ts";
import { connectPostgresBus } from "../stores/bus/postgres-bus.ts";
import type { Configuration } from "./configuration/configuration.ts";

/**
 * How to reach the event bus that processes share; null where everything is embedded: then there is one process, whose
 * events stay in memory.
 */
export function sharedBus(
	{ kafkaBrokers, databaseUrl }: Pick<Configuration, "kafkaBrokers" | "databaseUrl">,
	logger: Logger,
): (() => Promise<Bus>) | null {
	if (kafkaBrokers !== null) return () => connectKafkaBus({ brokers: kafkaBrokers, logger });
	return databaseUrl === null ? null : () => connectPostgresBus({ url: databaseUrl, logger });
}

export async function openBus(configuration: Configuration, logger: Logger): Promise<Bus> {
	return sharedBus(configuration, logger)?.() ?? createMemoryBus({ logger });
}
