/**
 * Definitions as the system holds them once a folder of YAML has been parsed, checked and resolved.
 * All of it is plain JSON: it is hashed, stored and sent as it stands. Durations are in seconds.
 */
import type { Column } from "../values/type.ts";

export interface Owner {
	readonly name: string;
	readonly contact?: string;
}

/** What does not decide values and so makes no new version. */
export interface Governance {
	readonly description: string | null;
	readonly owner: Owner | null;
	readonly tags: readonly string[];
}

/** Names in the typed GraphQL face where the made ones would not do. */
export interface GraphqlNames {
	readonly type?: string;
	readonly field?: string;
	/** Argument and field names of join keys, by join key. */
	readonly keys?: Readonly<Record<string, string>>;
}

export interface EntityDefinition extends Governance {
	readonly kind: "entity";
	readonly name: string;
	readonly joinKeys: readonly Column[];
	readonly graphql: GraphqlNames;
}

/** Where the rows of a source are. */
export type SourceOrigin =
	| { readonly kind: "parquet" | "csv"; readonly path: string }
	/** `connection` names an entry of `connections` in featuregraph.yaml; null is the system's own database. */
	| { readonly kind: "postgres"; readonly connection: string | null; readonly table: string | null }
	| { readonly kind: "push" }
	/** Another source, read through `query`. */
	| { readonly kind: "source"; readonly source: string };

/** Rule 1 of point-in-time truth: when a row could be known. */
export type AvailableTime =
	| { readonly kind: "column"; readonly column: string }
	| { readonly kind: "delay"; readonly seconds: number };

export interface SourceDefinition extends Governance {
	readonly kind: "source";
	readonly name: string;
	readonly origin: SourceOrigin;
	/** SQL over `source` (or the source's own name), in the dialect of the origin. */
	readonly query: string | null;
	readonly eventTime: string;
	readonly createdTime: string | null;
	readonly availableTime: AvailableTime | null;
	readonly tieBreak: readonly string[];
	/** Null: inferred from the data. A push source always declares them. */
	readonly columns: readonly Column[] | null;
	/** CEL by column, of a push source alone: computed once, when a row is taken in. Absent: none. */
	readonly expressions?: Readonly<Record<string, string>>;
}

export interface FeatureDefinition extends Column {
	readonly description: string | null;
	readonly tags: readonly string[];
	readonly classification: string | null;
	/** CEL, of an on-demand feature alone; null where a transform makes it. */
	readonly expression: string | null;
	readonly graphql: GraphqlNames;
}

export interface BatchViewDefinition extends Governance {
	readonly kind: "view";
	readonly viewKind: "BATCH";
	readonly name: string;
	readonly entities: readonly string[];
	readonly source: string;
	readonly ttlSeconds: number | null;
	readonly freshnessSlaSeconds: number | null;
	readonly partial: boolean;
	readonly online: boolean;
	readonly offline: boolean;
	/** Cron, for incremental materialization. */
	readonly schedule: string | null;
	readonly features: readonly FeatureDefinition[];
	readonly transformation: { readonly sql: string } | null;
	readonly graphql: GraphqlNames;
}

/** A function of the operator's that makes the features which have no expression. */
export interface ViewTransform {
	/** Below the trusted folder. */
	readonly file: string;
	readonly name: string;
	/** Of the file, in hex. */
	readonly sha256: string;
}

export interface OnDemandViewDefinition extends Governance {
	readonly kind: "view";
	readonly viewKind: "ON_DEMAND";
	readonly name: string;
	readonly inputs: { readonly request: readonly Column[]; readonly views: readonly string[] };
	readonly features: readonly FeatureDefinition[];
	readonly transform?: ViewTransform;
	readonly graphql: GraphqlNames;
}

export type ViewDefinition = BatchViewDefinition | OnDemandViewDefinition;

/** A view read under another name, its join keys (or those of its input views) taken from other columns. */
export interface BindingDefinition {
	readonly alias: string;
	readonly view: string;
	/** Column by join key. */
	readonly joinKeys: Readonly<Record<string, string>>;
}

export interface ServiceDefinition extends Governance {
	readonly kind: "service";
	readonly name: string;
	/** Feature references as written: `view:feature`, `view@2:feature`, `view:*`, `alias:feature`. */
	readonly features: readonly string[];
	readonly bindings: readonly BindingDefinition[];
}

export type Definition = EntityDefinition | SourceDefinition | ViewDefinition | ServiceDefinition;
export type DefinitionKind = Definition["kind"];

/** Everything that the files of one project say. Each list in the order of names. */
export interface ProjectDefinitions {
	readonly project: string;
	readonly entities: readonly EntityDefinition[];
	readonly sources: readonly SourceDefinition[];
	readonly views: readonly ViewDefinition[];
	readonly services: readonly ServiceDefinition[];
}
