import { isAbsolute } from "node:path";
import { z } from "zod";
import { defaultLimits } from "../../core/limits.ts";
import { offlineEngines } from "../../core/offline/place-scan.ts";
import { permissions } from "../../core/ports/principal.ts";
import { defaultLimits as gatewayLimits } from "../../gateway/limits.ts";
import { subgraphNames } from "../../schema/subgraph-sdl.ts";
import { readPreferences } from "../../stores/online/redis/redis-servers.ts";
import { introspectionPolicies, logLevels } from "./configuration.ts";
import { userSubgraphs } from "./user-subgraph.ts";

/** Every setting: its name in the environment, its place in `featuregraph.yaml`, its shape and what it means. */
export interface Setting {
	readonly env: string;
	/** Path in the file, by dots. */
	readonly key: string;
	readonly schema: z.ZodType;
	readonly secret: boolean;
	readonly meaning: string;
}

const text = z.string().trim().min(1);
const whole = z.coerce.number<string | number>().int().min(0);
const list = z.union([z.array(text), text.transform((value) => value.split(",").map((part) => part.trim()))]);
const url = (protocols: readonly string[]) =>
	text.refine((value) => protocols.some((protocol) => value.startsWith(`${protocol}://`)), {
		message: `must begin with ${protocols.map((protocol) => `${protocol}://`).join(" or ")}`,
	});
const postgresUrl = url(["postgres", "postgresql"]).refine((value) => URL.canParse(value), {
	message: "is no URL (a password's special characters are written as %40 and the like)",
});
const httpUrl = url(["http", "https"]).refine((value) => URL.canParse(value), { message: "is no URL" });
const origin = z.string().refine((value) => URL.parse(value)?.origin === value, {
	message: "must be an origin such as https://console.example.org",
});
/** `registry=http://…,models=http://…` as a mapping. */
const mappingOf = (value: unknown): unknown => {
	if (typeof value !== "string") return value;
	const parts = value.split(",").map((part) => part.trim());
	return Object.fromEntries(parts.map((part) => [part.split("=", 1)[0], part.slice(part.indexOf("=") + 1)]));
};
const subgraphUrls = z.preprocess(mappingOf, z.partialRecord(z.enum(subgraphNames), httpUrl));
const folder = text.refine((value) => isAbsolute(value), { message: "must be an absolute path" });

const accessToken = z.strictObject({
	name: text,
	sha256: z.string().regex(/^[0-9a-f]{64}$/, "must be the SHA-256 of the token, in hex"),
	permissions: z.array(z.enum(permissions)).default([...permissions]),
	projects: z.array(text).nullable().default(null),
	scopes: z.array(text).default([]),
	policies: z.array(text).default([]),
	expiresAt: z.iso.datetime({ offset: true }).nullable().default(null),
});

const setting = (env: string, key: string, schema: z.ZodType, meaning: string, secret = false): Setting => ({
	env,
	key,
	schema,
	secret,
	meaning,
});

const upperSnake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();

export const settings: readonly Setting[] = [
	setting("HOST", "host", text.default("127.0.0.1"), "address to listen on"),
	setting("PORT", "port", whole.max(65_535).default(4000), "port to listen on; 0 takes a free one"),
	setting(
		"FEATUREGRAPH_WORKERS",
		"workers",
		whole.min(1).max(64).default(1),
		"processes of a `gateway` or a `subgraph` that share its port, `--workers N` as an argument; see production.md",
	),
	setting("FEATUREGRAPH_HOME", "home", text.default(".featuregraph"), "data folder"),
	setting(
		"FEATUREGRAPH_SCRATCH",
		"scratch",
		text.nullable().default(null),
		"folder for temporary files, of this machine alone; `scratch` in the data folder without it",
	),
	setting("DATABASE_URL", "databaseUrl", postgresUrl.nullable().default(null), "PostgreSQL; embedded without it", true),
	setting(
		"REDIS_URL",
		"redisUrl",
		url(["redis", "rediss"]).nullable().default(null),
		"online store, a list is a cluster; LMDB without it",
		true,
	),
	setting(
		"FEATUREGRAPH_REDIS_REPLICAS",
		"redis.replicas",
		list.pipe(z.array(url(["redis", "rediss"]))).default([]),
		"copies of a single Redis that online reads may go to; a cluster knows its own",
		true,
	),
	setting(
		"FEATUREGRAPH_REDIS_READ_FROM",
		"redis.readFrom",
		z.enum(readPreferences).default("primary"),
		"where online reads go: `primary`; `primaryPreferred`, to a replica when the primary fails; `replicaPreferred`; a replica may lag behind",
	),
	setting(
		"FEATUREGRAPH_REDIS_READ_CONNECTIONS",
		"redis.readConnections",
		whole.min(1).max(64).default(1),
		"connections for reads to each Redis server; writes have one of their own",
	),
	setting(
		"FEATUREGRAPH_REDIS_CONNECT_MILLIS",
		"redis.connectMillis",
		whole.min(1).default(2_000),
		"how long a connection to Redis may take; commands: FEATUREGRAPH_LIMIT_ONLINE_COMMAND_MILLIS",
	),
	setting(
		"FEATUREGRAPH_REDIS_WARM_UP_MILLIS",
		"redis.warmUpMillis",
		whole.default(1_000),
		"how long a start waits for all connections to Redis before it goes on without; 0 does not",
	),
	setting(
		"FEATUREGRAPH_REDIS_FAILURES_TO_OPEN",
		"redis.failuresToOpen",
		whole.min(1).default(5),
		"failures in a row after which Redis is left alone",
	),
	setting(
		"FEATUREGRAPH_REDIS_OPEN_MILLIS",
		"redis.openMillis",
		whole.min(1).default(1_000),
		"how long Redis is left alone before one call tries whether it is back",
	),
	setting(
		"FEATUREGRAPH_ONLINE_CACHE_ENTRIES",
		"onlineCache.entries",
		whole.default(0),
		"values that each process keeps in memory in front of the online store, see online-cache.md; 0: none",
	),
	setting(
		"FEATUREGRAPH_ONLINE_CACHE_BYTES",
		"onlineCache.bytes",
		whole.min(1).default(64 * 1024 ** 2),
		"memory that they take at most",
	),
	setting(
		"FEATUREGRAPH_ONLINE_CACHE_MAX_STALENESS_MILLIS",
		"onlineCache.maxStalenessMillis",
		whole.default(1_000),
		"how old a value of the cache may be, at worst",
	),
	setting(
		"FEATUREGRAPH_ONLINE_CACHE_UNANSWERED_SECONDS",
		"onlineCache.unansweredSeconds",
		whole.default(0),
		"how old it may be while the online store does not answer; the columns are then `stale`",
	),
	setting(
		"FEATUREGRAPH_ONLINE_CACHE_VIEWS",
		"onlineCache.views",
		z
			.record(
				text,
				z.union([
					z.literal(false),
					z.strictObject({ maxStalenessMillis: whole.optional(), unansweredSeconds: whole.optional() }),
				]),
			)
			.default({}),
		"the last two by `view` or `project/view`; `false`: never from memory (JSON in the environment)",
	),
	setting("KAFKA_BROKERS", "kafkaBrokers", list.nullable().default(null), "event bus; PostgreSQL without it"),
	setting("LOG_LEVEL", "logLevel", z.enum(logLevels).default("info"), "least level that is logged"),
	setting(
		"FEATUREGRAPH_FILE_ROOTS",
		"fileRoots",
		z
			.union([z.array(folder), text.transform((value) => value.split(",")).pipe(z.array(folder))])
			.nullable()
			.default(null),
		"folders that file sources must lie in",
	),
	setting(
		"FEATUREGRAPH_OFFLINE_ENGINE",
		"offlineEngine",
		z.enum(offlineEngines).default("auto"),
		"where training sets join labels with rows of PostgreSQL: `postgres` looks each label up there; `duckdb` copies the rows out; `auto` moves the smaller side",
	),
	setting(
		"FEATUREGRAPH_TRANSFORMS",
		"transforms",
		folder.nullable().default(null),
		"folder of trusted files whose functions on-demand views may name; none: switched off",
	),
	setting(
		"FEATUREGRAPH_TRANSFORMS_PER_PROJECT",
		"transformsPerProject",
		z.union([z.boolean(), z.stringbool()]).default(true),
		"a project's functions are those of the folder of its name in that folder, and no others; `false`: any project may name any file",
	),
	setting(
		"FEATUREGRAPH_CORS_ORIGINS",
		"corsOrigins",
		list.pipe(z.array(origin)).default([]),
		"origins whose pages may call, beside our own",
	),
	setting(
		"FEATUREGRAPH_FRESHNESS_GRACE_SECONDS",
		"freshness.graceSeconds",
		whole.default(120),
		"how long past its SLA a view is late without an alert",
	),
	setting(
		"FEATUREGRAPH_FRESHNESS_INTERVAL_SECONDS",
		"freshness.intervalSeconds",
		whole.min(1).default(15),
		"how often freshness is looked at",
	),
	setting(
		"FEATUREGRAPH_FACES",
		"faces",
		list
			.pipe(z.array(z.string().regex(/^[a-z][a-z0-9_]*(:[a-z][a-z0-9_]*)?$/, "must be `project` or `project:prefix`")))
			.default(["default"]),
		"projects in the typed face of entities, `project` or `project:prefix`",
	),
	setting(
		"FEATUREGRAPH_CONNECTIONS",
		"connections",
		z.record(text, postgresUrl).default({}),
		"databases that sources name (JSON in the environment)",
		true,
	),
	setting(
		"FEATUREGRAPH_ACCESS_TOKENS",
		"access.tokens",
		z.array(accessToken).default([]),
		"who may call (JSON in the environment)",
		true,
	),
	setting(
		"FEATUREGRAPH_OVERRIDE_LABELS",
		"overrideLabels",
		list.default([]),
		"labels of `@override` that are on; `percent(n)` need not be named",
	),
	setting(
		"FEATUREGRAPH_SUBGRAPH_URLS",
		"subgraphUrls",
		subgraphUrls.default({}),
		"where a gateway of its own reaches our subgraphs, `registry=http://host:port,…`",
	),
	setting(
		"FEATUREGRAPH_LOCAL_SUBGRAPHS",
		"localSubgraphs",
		list.pipe(z.array(z.enum(subgraphNames))).default([]),
		"subgraphs that a gateway of its own runs in its process",
	),
	setting(
		"FEATUREGRAPH_SUBGRAPH_SECRET",
		"subgraphSecrets",
		list.pipe(z.array(z.string().min(32, "must have at least 32 characters: openssl rand -hex 32"))).default([]),
		"what requests between our processes are signed with; of a list the first signs, any is taken",
		true,
	),
	setting(
		"FEATUREGRAPH_SUBGRAPHS",
		"subgraphs",
		userSubgraphs.default([]),
		"subgraphs of your own that join the graph, see subgraphs.md (JSON in the environment)",
		true,
	),
	setting(
		"FEATUREGRAPH_INTROSPECTION",
		"introspection",
		z.enum(introspectionPolicies).nullable().default(null),
		"who may ask for the schema and has GraphiQL: `all`, `authenticated`, `none`; without it `authenticated` where there are access tokens, else `all`",
	),
	setting(
		"FEATUREGRAPH_EXPLAIN",
		"explain",
		z
			.enum([...permissions, "nobody"])
			.nullable()
			.default(null),
		"the permission that plans are explained for (`x-featuregraph-explain`), or `nobody`; without it `READ`, and nobody where introspection is `none`",
	),
	setting(
		"FEATUREGRAPH_TRUSTED_DOCUMENTS",
		"trustedDocuments",
		text.nullable().default(null),
		"manifest of documents that clients send by their ids: Apollo's, or JSON of ids and documents",
	),
	setting(
		"FEATUREGRAPH_TRUSTED_ONLY",
		"trustedOnly",
		z.union([z.boolean(), z.stringbool()]).default(false),
		"serve nothing but the trusted documents",
	),
	...Object.entries(defaultLimits).map(([name, value]) =>
		setting(
			`FEATUREGRAPH_LIMIT_${upperSnake(name)}`,
			`limits.${name}`,
			whole.min(1).default(value),
			"see core/limits.ts",
		),
	),
	...Object.entries<number>({ ...gatewayLimits }).map(([name, value]) =>
		setting(
			`FEATUREGRAPH_GATEWAY_LIMIT_${upperSnake(name)}`,
			`gatewayLimits.${name}`,
			// Without any, each query is executed by itself.
			whole.min(name === "sharedQueries" ? 0 : 1).default(value),
			"see gateway/limits.ts",
		),
	),
];
