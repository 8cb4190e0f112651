import { realpath } from "node:fs/promises";
import { resolve, sep } from "node:path";
import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { Composer } from "../gateway/generation/composer.ts";
import { reservedTypeNames } from "../schema/reserved-type-names.ts";
import { createRegistry } from "../services/registry/create-registry.ts";
import type { Registry } from "../services/registry/registry.ts";
import { postgresModelStore } from "../stores/postgres/models/model-store.ts";
import { postgresRegistryStore } from "../stores/postgres/registry/registry-store.ts";
import { localTransforms } from "../stores/transforms/local-transforms.ts";
import type { Adapters } from "./adapters.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { graphCheck } from "./graph-check.ts";
import { trustedDocumentsOf } from "./trusted-documents.ts";
import { knownSdl } from "./user-subgraphs/known-sdl.ts";

export interface RegistryParts {
	readonly clock: Clock;
	readonly logger: Logger;
	/** Composes the graph that an apply would make, to see what it breaks. */
	readonly composer: Composer;
}

export async function openRegistry(
	configuration: Configuration,
	{ database, log, engines, bus }: Adapters,
	{ clock, logger, composer }: RegistryParts,
): Promise<Registry> {
	const { faces, fileRoots, transforms, transformsPerProject } = configuration;
	const documents = [...((await trustedDocumentsOf(configuration))?.documents() ?? [])];
	const others = () => knownSdl(configuration);
	const registry: Registry = await createRegistry({
		store: postgresRegistryStore(database),
		models: postgresModelStore(database),
		log,
		engines,
		bus,
		clock,
		logger,
		reservedTypeNames: reservedTypeNames(),
		transforms: localTransforms({ folder: transforms, perProject: transformsPerProject, logger }),
		checkFilePath: (path) => confine(path, fileRoots),
		graphCheck: (change) => graphCheck({ faces, registry, composer, documents, others })(change),
	});
	return registry;
}

/** Definitions may be written by others than the operator: a file source reads below the allowed folders only. */
async function confine(path: string, roots: readonly string[] | null): Promise<void> {
	if (roots === null) return;
	const wanted = await resolved(path);
	for (const root of roots) {
		const folder = await resolved(root);
		if (wanted === folder || wanted.startsWith(folder + sep)) return;
	}
	throw new FeaturegraphError("UNREADABLE_FILE", `${path} lies outside the folders that file sources may be in.`, {
		name: path,
		hint: "Move the file, or add its folder to FEATUREGRAPH_FILE_ROOTS.",
	});
}

/** With links followed: a link must not lead out. What does not exist (a pattern, say) stays as it is written. */
const resolved = (path: string): Promise<string> => realpath(path).catch(() => resolve(path));
