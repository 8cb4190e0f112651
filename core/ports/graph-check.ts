import type { UserError } from "../errors/user-error.ts";
import type { RegistrySnapshot } from "../registry/snapshot.ts";

/** The registry of one project, as it is and as a change would leave it. `before` is null for a new project. */
export interface RegistryChange {
	readonly before: RegistrySnapshot | null;
	readonly after: RegistrySnapshot;
}

/** What the change would break in the graph, which has types for what the registry holds. Nothing: an empty list. */
export type GraphCheck = (change: RegistryChange) => Promise<readonly UserError[]>;
