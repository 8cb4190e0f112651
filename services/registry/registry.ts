import type { Connection, ConnectionArguments, Edge } from "../../core/paging/connection.ts";
import type { Principal } from "../../core/ports/principal.ts";
import type { RegistryReader } from "../../core/ports/registry-reader.ts";
import type { Plan } from "../../core/registry/plan.ts";
import type { RegistryObject, RegistryObjectKind } from "../../core/registry/registry-object.ts";
import type { BatchViewVersion } from "../../core/registry/snapshot.ts";
import type { Micros } from "../../core/values/value.ts";

export interface DefinitionFile {
	readonly path: string;
	readonly content: string;
}

/** All definition files of a project. */
export interface DefinitionsInput {
	/** Must agree with a `project:` in the files; null: what the files say, else `default`. */
	readonly project: string | null;
	readonly files: readonly DefinitionFile[];
	/** The registry version that the caller planned against; another one is CONFLICT. */
	readonly expectedVersion: number | null;
	/** Apply exactly this plan, or fail with PLAN_CHANGED. */
	readonly planHash: string | null;
	readonly allowDelete: boolean;
	/** Apply although trusted documents break. */
	readonly breakDocuments: boolean;
}

export interface Applied {
	readonly plan: Plan;
	readonly registryVersion: number;
}

export interface SearchInput extends ConnectionArguments {
	/** Null: all projects that the principal may read. */
	readonly project: string | null;
	/** Words; null or empty: everything, by name. */
	readonly text: string | null;
	readonly kinds: readonly RegistryObjectKind[] | null;
	/** All of these. */
	readonly tags: readonly string[] | null;
	/** Name of an owner. */
	readonly owner: string | null;
}

export interface SearchHit extends Edge<RegistryObject> {
	readonly score: number;
}

/** Definitions: what there is, which version is current, and how it changes. */
export interface Registry extends RegistryReader {
	/** What applying would change. Changes nothing. Throws `DefinitionErrors` with all that is wrong. */
	plan(principal: Principal, input: DefinitionsInput): Promise<Plan>;
	/** Throws `DefinitionErrors`, CONFLICT, PLAN_CHANGED, DELETE_NOT_ALLOWED, STILL_IN_USE, GRAPH_DOES_NOT_COMPOSE, GRAPH_BREAKS_DOCUMENTS. All or nothing. */
	apply(principal: Principal, input: DefinitionsInput): Promise<Applied>;
	search(principal: Principal, input: SearchInput): Promise<Connection<RegistryObject, SearchHit>>;
	/** An entity, source, view, feature or service by its id in the graph; null where there is none, or it may not be read. */
	findById(principal: Principal, id: string): Promise<RegistryObject | null>;
	/** A version by the id of its row, in whatever project it is; null where there is none. */
	versionById(id: number): Promise<Exclude<RegistryObject, { kind: "Feature" }> | null>;
	/**
	 * Looks which view versions nothing pins any more; those of which that was so ever since `before` do not answer online from
	 * now on, and are returned: their values may be dropped. Again on each call until that is done.
	 */
	unpin(project: string, before: Micros): Promise<readonly BatchViewVersion[]>;
	/** Looks at the store whether what is held of any project is its present state: what is read next is. */
	refresh(): Promise<void>;
	/** Stops listening to the bus. */
	close(): Promise<void>;
}
