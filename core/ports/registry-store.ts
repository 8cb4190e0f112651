import type { StoredGovernance } from "../definitions/governance.ts";
import type { Definition, DefinitionKind } from "../definitions/model.ts";
import type { Micros } from "../values/value.ts";
import type { AuditEntry } from "./audit-log.ts";

/** What a version freezes, as it is stored: its definition, and the ids of the versions that it is made from. */
export interface VersionBody {
	readonly definition: Definition;
	/** Of a batch view, in its order. */
	readonly entities?: readonly number[];
	/** Of a batch view. */
	readonly source?: number;
	/** Of a source that reads another one. */
	readonly base?: number;
	/** Of an on-demand view, in its order. */
	readonly inputs?: readonly number[];
	/** Of a service. */
	readonly features?: readonly StoredServiceFeature[];
	readonly schemaHash?: string;
}

export interface StoredServiceFeature {
	readonly prefix: string;
	readonly viewVersion: number;
	readonly feature: string;
	readonly joinKeys: Readonly<Record<string, string>>;
}

export interface StoredVersion {
	readonly id: number;
	readonly definitionId: number;
	readonly version: number;
	readonly hash: string;
	readonly body: VersionBody;
	readonly createdAt: Micros;
	readonly createdBy: string | null;
	readonly onlineSince: Micros | null;
	/** It was online, until nothing had pinned it for so long that its values were dropped. */
	readonly isDropped?: true;
}

/** An object by its name, over all its versions. */
export interface StoredDefinition {
	readonly id: number;
	readonly kind: DefinitionKind;
	readonly name: string;
	/** Null: deleted. */
	readonly currentVersionId: number | null;
	readonly governance: StoredGovernance;
}

export interface StoredProject {
	readonly id: number;
	readonly name: string;
	readonly description: string | null;
	readonly registryVersion: number;
	/** Grows with every apply and whenever a version goes online. */
	readonly revision: bigint;
	readonly definitions: readonly StoredDefinition[];
	readonly versions: readonly StoredVersion[];
}

/** One apply, as rows. */
export interface RegistryChange {
	/** New objects; those that exist are in `updated`. */
	readonly created: readonly StoredDefinition[];
	readonly updated: readonly StoredDefinition[];
	readonly versions: readonly StoredVersion[];
	readonly registryVersion: number;
	readonly planHash: string;
	/** The files as they were given. */
	readonly files: unknown;
	readonly at: Micros;
	readonly by: string;
	readonly audit: AuditEntry;
}

/** A project whose row is locked until the transaction ends. */
export interface LockedProject {
	readonly project: StoredProject;
	/** Ids that nothing else will ever have. */
	reserveIds(count: { readonly definitions: number; readonly versions: number }): Promise<{
		readonly definitions: readonly number[];
		readonly versions: readonly number[];
	}>;
	/** Writes the change; the revision that it leaves. */
	write(change: RegistryChange): Promise<bigint>;
	/**
	 * Notes that of the project's view versions nothing pins these, at this moment. Those that it already said before
	 * `before`, ever since, do not answer online from now on. Again on each call until `cleared`.
	 */
	unpin(
		versions: readonly number[],
		at: Micros,
		before: Micros,
	): Promise<{ readonly dropped: readonly number[]; readonly revision: bigint | null }>;
}

/** What was noted of a view version that nothing pinned. */
export interface UnpinnedVersion {
	/** Null: something pins it again. */
	readonly since: Micros | null;
	/** When its online values were last gone; null: never. */
	readonly clearedAt: Micros | null;
}

/** Where definitions are kept. */
export interface RegistryStore {
	/** Names of all projects, in order. */
	projects(): Promise<readonly string[]>;
	/** Makes the project unless it is there. */
	ensureProject(name: string): Promise<void>;
	/** All of a project as of one moment; null: there is none of this name. */
	load(project: string): Promise<StoredProject | null>;
	/** Cheap. Null: there is no such project. */
	revision(project: string): Promise<bigint | null>;
	/** The project that a version belongs to. */
	projectOfVersion(versionId: number): Promise<string | null>;
	/** Sets it once, with a new revision of the project; null: it was online already, or is no version. */
	markOnline(
		versionId: number,
		at: Micros,
	): Promise<{ readonly projectId: number; readonly project: string; readonly revision: bigint } | null>;
	/** Of all projects, by version. */
	unpinned(): Promise<ReadonlyMap<number, UnpinnedVersion>>;
	/** The online values of a version that was dropped are gone. */
	cleared(versionId: number, at: Micros): Promise<void>;
	/**
	 * One transaction over a project, which is made if need be; others that want to change it wait. What `work` throws
	 * leaves nothing behind.
	 */
	change<T>(project: string, work: (locked: LockedProject) => Promise<T>): Promise<T>;
}
