import type { Limits } from "../../core/limits.ts";
import type { EngineChoice } from "../../core/offline/place-scan.ts";
import type { Permission } from "../../core/ports/principal.ts";
import type { IntrospectionPolicy } from "../../gateway/admit/introspection.ts";
import type { GatewayLimits } from "../../gateway/limits.ts";
import type { SubgraphName } from "../../schema/subgraph-sdl.ts";
import type { ReadPreference } from "../../stores/online/redis/redis-servers.ts";
import type { UserSubgraph } from "./user-subgraph.ts";

/** All that can be set, from the environment and from `featuregraph.yaml`. */
export interface Configuration {
	readonly host: string;
	readonly port: number;
	/** Processes that share the port. */
	readonly workers: number;
	/** Data folder; absolute. */
	readonly home: string;
	/** Folder for files that are not whole yet, of this machine alone; absolute. */
	readonly scratch: string;
	/** Null: an embedded PostgreSQL under `home`. */
	readonly databaseUrl: string | null;
	/** Null: LMDB under `home`. A comma-separated list is a cluster. */
	readonly redisUrl: string | null;
	readonly redis: RedisSettings;
	readonly onlineCache: OnlineCacheSettings;
	/** Null: events travel through PostgreSQL, or in memory when it is embedded. */
	readonly kafkaBrokers: readonly string[] | null;
	readonly logLevel: LogLevel;
	/** Folders that file sources must lie in; null: anywhere. */
	readonly fileRoots: readonly string[] | null;
	/** Where labels meet rows of databases. */
	readonly offlineEngine: EngineChoice;
	/** Folder of trusted files of functions; null: switched off. */
	readonly transforms: string | null;
	/** A project may name the files of its own folder there alone. */
	readonly transformsPerProject: boolean;
	readonly corsOrigins: readonly string[];
	readonly freshnessGraceSeconds: number;
	readonly freshnessIntervalSeconds: number;
	/** Projects that the typed face of entities shows. */
	readonly faces: readonly { readonly project: string; readonly prefix: string }[];
	/** Databases that PostgreSQL sources name. */
	readonly connections: Readonly<Record<string, string>>;
	/** Empty: nobody is asked, which only a loopback address allows. */
	readonly accessTokens: readonly AccessToken[];
	/** Labels of `@override` that are on. */
	readonly overrideLabels: readonly string[];
	/** Where a gateway of its own reaches our subgraphs. */
	readonly subgraphUrls: Readonly<Partial<Record<SubgraphName, string>>>;
	/** Subgraphs that a gateway of its own runs in its process. */
	readonly localSubgraphs: readonly SubgraphName[];
	/** What requests between our processes are signed with: the first signs, any is taken. */
	readonly subgraphSecrets: readonly string[];
	/** Subgraphs of users, which join ours. */
	readonly subgraphs: readonly UserSubgraph[];
	/** Who may ask for the schema; null: `authenticated` where there are access tokens, else `all`. */
	readonly introspection: IntrospectionPolicy | null;
	/** The permission that plans are explained for; null: READ, and nobody where introspection is `none`. */
	readonly explain: Permission | "nobody" | null;
	/** Manifest of documents that clients send by their ids; absolute. */
	readonly trustedDocuments: string | null;
	readonly trustedOnly: boolean;
	readonly limits: Limits;
	readonly gatewayLimits: GatewayLimits;
}

export interface RedisSettings {
	/** Copies of a single server. */
	readonly replicas: readonly string[];
	readonly readFrom: ReadPreference;
	readonly readConnections: number;
	readonly connectMillis: number;
	/** How long a start waits for its connections; 0: not at all. */
	readonly warmUpMillis: number;
	/** Failures in a row after which it is left alone, and for how long. */
	readonly failuresToOpen: number;
	readonly openMillis: number;
}

export interface OnlineCacheSettings {
	/** 0: there is none. */
	readonly entries: number;
	readonly bytes: number;
	readonly maxStalenessMillis: number;
	/** How old values may be that are served while the store does not answer. */
	readonly unansweredSeconds: number;
	/** By `view` or `project/view`; `false`: never from memory. */
	readonly views: Readonly<
		Record<string, false | { readonly maxStalenessMillis?: number; readonly unansweredSeconds?: number }>
	>;
}

export const introspectionPolicies = ["all", "authenticated", "none"] as const satisfies readonly IntrospectionPolicy[];

export const logLevels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export interface AccessToken {
	readonly name: string;
	/** SHA-256 (hex) of the token: the token itself is never stored. */
	readonly sha256: string;
	readonly permissions: readonly Permission[];
	/** Null: all. */
	readonly projects: readonly string[] | null;
	/** For `@requiresScopes`, beside the permissions. */
	readonly scopes: readonly string[];
	/** For `@policy`. */
	readonly policies: readonly string[];
	/** RFC 3339; from then on it is not valid, and what it opened is ended. Null: it stays. */
	readonly expiresAt: string | null;
}
