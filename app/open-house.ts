import { createComposer } from "../gateway/generation/composer.ts";
import type { Registry } from "../services/registry/registry.ts";
import { type Adapters, type HouseParts, openAdapters } from "./adapters.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { openRegistry } from "./open-registry.ts";
import { type UseCases, wireUseCases } from "./use-cases.ts";

/** What stands behind the faces of a process. */
export interface House {
	readonly adapters: Adapters;
	readonly registry: Registry;
	readonly useCases: UseCases;
}

/** Opens the adapters, the registry and the use cases over them, or throws and leaves what was opened to `closers`. */
export async function openHouse(configuration: Configuration, parts: HouseParts): Promise<House> {
	const { logger, clock, closers } = parts;
	const adapters = await openAdapters(configuration, parts);
	const composer = createComposer();
	closers.add("composer", () => composer.close());
	const registry = await openRegistry(configuration, adapters, { clock, logger, composer });
	closers.add("registry", () => registry.close());
	const useCases = wireUseCases(configuration, adapters, registry, { clock, logger });
	closers.add("pushed rows", () => useCases.jobs.onlineWriter.stop());
	return { adapters, registry, useCases };
}
