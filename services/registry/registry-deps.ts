import type { Bus } from "../../core/ports/bus.ts";
import type { Clock } from "../../core/ports/clock.ts";
import type { GraphCheck } from "../../core/ports/graph-check.ts";
import type { Logger } from "../../core/ports/logger.ts";
import type { ModelStore } from "../../core/ports/model-store.ts";
import type { OfflineEngine } from "../../core/ports/offline-engine.ts";
import type { OfflineLog } from "../../core/ports/offline-log.ts";
import type { RegistryStore } from "../../core/ports/registry-store.ts";
import type { Transforms } from "../../core/ports/transforms.ts";

export interface RegistryDeps {
	readonly store: RegistryStore;
	/** Logs are made before the definitions that need them are committed. */
	readonly log: Pick<OfflineLog, "ensure">;
	/** Look at the columns of new sources and views. None: what files and tables hold is not checked. */
	readonly engines: readonly Pick<OfflineEngine, "reads" | "describe">[];
	/** A service that a model version is pinned to cannot be deleted. */
	readonly models: Pick<ModelStore, "versionsOfServices">;
	readonly bus: Bus;
	/** Looks ahead at the graph: what a change would break there is not committed. By default nothing looks. */
	readonly graphCheck?: GraphCheck;
	readonly clock: Clock;
	readonly logger: Logger;
	/** Types that the graph has without the entities: an entity may not make another one of the name. */
	readonly reservedTypeNames: ReadonlySet<string>;
	/** Functions of the operator's that on-demand views name. */
	readonly transforms: Transforms;
	/** Refuses a path that definitions may not name: throws UNREADABLE_FILE. */
	readonly checkFilePath: (path: string) => void | Promise<void>;
}
