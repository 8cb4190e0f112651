/**
 * The registry of one project as of one revision: immutable, shared by every request, the only thing that a
 * read needs to know about definitions. Built from the database once per revision.
 */
import type {
	BatchViewDefinition,
	EntityDefinition,
	OnDemandViewDefinition,
	ServiceDefinition,
	SourceDefinition,
} from "../definitions/model.ts";
import type { Column } from "../values/type.ts";
import type { Micros } from "../values/value.ts";

/** What every stored version has. `id` is unique in the installation and never reused. */
interface Stored {
	readonly id: number;
	readonly version: number;
	/** SHA-256 (hex) of what decides values. */
	readonly hash: string;
	readonly isCurrent: boolean;
	readonly createdAt: Micros;
	readonly createdBy: string | null;
}

export interface EntityVersion extends Stored {
	readonly definition: EntityDefinition;
}

export interface SourceVersion extends Stored {
	/** The same for all versions of a source: its log hangs on it. */
	readonly sourceId: number;
	readonly definition: SourceDefinition;
	/** The source that this one reads through its query, frozen. */
	readonly base: SourceVersion | null;
}

export interface BatchViewVersion extends Stored {
	readonly kind: "BATCH";
	/** The same for all versions of a view. */
	readonly viewId: number;
	readonly definition: BatchViewDefinition;
	readonly entities: readonly EntityVersion[];
	/** The join keys of all entities, in order. */
	readonly joinKeys: readonly Column[];
	readonly source: SourceVersion;
	/** When it first had been materialized; null: it does not answer online yet. */
	readonly onlineSince: Micros | null;
	/** It was online, until nothing had pinned it for so long that its values were dropped. */
	readonly isDropped?: true;
}

export interface OnDemandViewVersion extends Stored {
	readonly kind: "ON_DEMAND";
	readonly viewId: number;
	readonly definition: OnDemandViewDefinition;
	readonly entities: readonly EntityVersion[];
	/** Of all input views, in order, each once. */
	readonly joinKeys: readonly Column[];
	/** The input views, frozen; an input may itself be on demand. */
	readonly inputs: readonly ViewVersion[];
}

export type ViewVersion = BatchViewVersion | OnDemandViewVersion;

export interface Versions<T> {
	/** By number, ascending. */
	readonly all: readonly T[];
	/** Null once deleted: old versions stay readable by number. */
	readonly current: T | null;
}

export interface ViewVersions extends Versions<ViewVersion> {
	/** The version that answers online under the bare name: the newest up to the current that has values. */
	readonly online: ViewVersion | null;
}

/** One feature that a service reads, with the version that it froze. */
export interface ServiceFeature {
	/** The alias of a binding, or the view's name. */
	readonly prefix: string;
	readonly viewVersion: ViewVersion;
	readonly feature: string;
	/** Column by join key, where bound through other columns. */
	readonly joinKeys: Readonly<Record<string, string>>;
}

export interface ServiceVersion extends Stored {
	readonly serviceId: number;
	readonly definition: ServiceDefinition;
	readonly features: readonly ServiceFeature[];
	/** SHA-256 (hex) of the names and types of its columns. */
	readonly schemaHash: string;
}

export interface RegistrySnapshot {
	readonly projectId: number;
	readonly project: string;
	readonly description: string | null;
	/** Grows by one with every apply. 0: nothing was ever applied. */
	readonly registryVersion: number;
	/** Changes with every apply and whenever a version goes online: the key of all caches of plans. */
	readonly revision: string;
	readonly entities: ReadonlyMap<string, Versions<EntityVersion>>;
	readonly sources: ReadonlyMap<string, Versions<SourceVersion>>;
	readonly views: ReadonlyMap<string, ViewVersions>;
	readonly services: ReadonlyMap<string, Versions<ServiceVersion>>;
}
