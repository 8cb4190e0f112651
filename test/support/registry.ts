import type { Micros } from "../../core/values/value.ts";
import { anonymousPrincipal } from "../../services/access/authenticate.ts";
import { createRegistry } from "../../services/registry/create-registry.ts";
import type { DefinitionsInput, Registry } from "../../services/registry/registry.ts";
import type { RegistryDeps } from "../../services/registry/registry-deps.ts";
import { createMemoryBus } from "../../stores/bus/memory-bus.ts";
import { createPostgresLog } from "../../stores/log/postgres-log.ts";
import type { Database } from "../../stores/postgres/database.ts";
import { postgresModelStore } from "../../stores/postgres/models/model-store.ts";
import { postgresRegistryStore } from "../../stores/postgres/registry/registry-store.ts";
import { localTransforms } from "../../stores/transforms/local-transforms.ts";
import { silentLogger } from "./silent-logger.ts";

/** A clock that stands still but for `advance`. */
export interface HandClock {
	now(): Micros;
	advance(micros: Micros): void;
}

export function handClock(start: Micros = 1_700_000_000_000_000n): HandClock {
	let now = start;
	return {
		now: () => now,
		advance(micros) {
			now += micros;
		},
	};
}

/** The registry over a real database; nothing looks at files. */
export function testRegistry(database: Database, deps: Partial<RegistryDeps> = {}): Promise<Registry> {
	const clock = deps.clock ?? handClock();
	return createRegistry({
		store: postgresRegistryStore(database),
		log: createPostgresLog(database, clock),
		engines: [],
		models: postgresModelStore(database),
		bus: createMemoryBus({ logger: silentLogger }),
		clock,
		logger: silentLogger,
		reservedTypeNames: new Set(),
		transforms: localTransforms({ folder: null, perProject: false, logger: silentLogger }),
		checkFilePath: () => undefined,
		...deps,
	});
}

/** One file of definitions as an input; what is not said is as GraphQL has it. */
export const definitionsInput = (content: string, more: Partial<DefinitionsInput> = {}): DefinitionsInput => ({
	project: null,
	files: [{ path: "features.yaml", content }],
	expectedVersion: null,
	planHash: null,
	allowDelete: false,
	breakDocuments: false,
	...more,
});

export const applyText = (registry: Registry, content: string, more: Partial<DefinitionsInput> = {}) =>
	registry.apply(anonymousPrincipal, definitionsInput(content, more));
