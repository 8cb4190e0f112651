import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { FeaturegraphErrors } from "../../core/errors/featuregraph-error.ts";
import { nearestNames } from "../../core/errors/nearest.ts";
import type { UserError } from "../../core/errors/user-error.ts";
import { defaultLimits, type Limits } from "../../core/limits.ts";
import { parseJson } from "../../core/values/parse-json.ts";
import { defaultLimits as defaultGatewayLimits, type GatewayLimits } from "../../gateway/limits.ts";
import type { Configuration, OnlineCacheSettings, RedisSettings } from "./configuration.ts";
import { type Setting, settings } from "./settings.ts";

const usualFile = "featuregraph.yaml";
/** Settings whose value is JSON in the environment. */
const jsonInEnvironment = new Set([
	"FEATUREGRAPH_CONNECTIONS",
	"FEATUREGRAPH_ACCESS_TOKENS",
	"FEATUREGRAPH_SUBGRAPHS",
	"FEATUREGRAPH_ONLINE_CACHE_VIEWS",
]);

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The configuration from the environment, over a file in `folder`, over the defaults. The file is `featuregraph.yaml`, which
 * need not be there, or the one that is named, which must. Throws all problems at once, each with the setting named.
 */
export function loadConfiguration(env: Environment, folder: string = process.cwd(), namedFile?: string): Configuration {
	const errors: UserError[] = unknownVariables(env);
	const file = readFile(folder, namedFile, errors);
	const values: Record<string, unknown> = {};
	for (const setting of settings) {
		const given = fromEnvironment(env, setting, errors) ?? valueAt(file, setting.key);
		const parsed = setting.schema.safeParse(given);
		if (parsed.success) values[setting.key] = parsed.data;
		else errors.push(invalid(setting.env, problemOf(parsed.error.issues[0])));
	}
	if (errors.length > 0) throw new FeaturegraphErrors(errors);
	// Each value went through the schema of its setting.
	const configuration = assemble(values as unknown as SettingValues, folder);
	refuseOpenDoor(configuration);
	refuseSharedSecrets(configuration);
	refuseClosedDoor(configuration);
	return configuration;
}

/** What is wrong, and where in the value. */
function problemOf(issue: { readonly message: string; readonly path: readonly PropertyKey[] } | undefined): string {
	if (issue === undefined) return "is not valid";
	return issue.path.length === 0 ? issue.message : `at \`${issue.path.join(".")}\`: ${issue.message}`;
}

/** What the schemas of the settings give, by their place in the file. */
type SettingValues = Pick<
	Configuration,
	| "host"
	| "port"
	| "workers"
	| "home"
	| "databaseUrl"
	| "redisUrl"
	| "kafkaBrokers"
	| "logLevel"
	| "offlineEngine"
	| "transforms"
	| "transformsPerProject"
	| "corsOrigins"
	| "connections"
	| "overrideLabels"
	| "subgraphUrls"
	| "localSubgraphs"
	| "subgraphSecrets"
	| "subgraphs"
	| "introspection"
	| "explain"
	| "trustedDocuments"
	| "trustedOnly"
> & {
	readonly fileRoots: readonly string[] | null;
	readonly scratch: string | null;
	readonly "freshness.graceSeconds": number;
	readonly "freshness.intervalSeconds": number;
	readonly faces: readonly string[];
	readonly "access.tokens": Configuration["accessTokens"];
} & { readonly [name in keyof RedisSettings as `redis.${name}`]: RedisSettings[name] } & {
	readonly [name in keyof OnlineCacheSettings as `onlineCache.${name}`]: OnlineCacheSettings[name];
} & { readonly [limit in keyof Limits as `limits.${limit}`]: number } & {
	readonly [limit in keyof GatewayLimits as `gatewayLimits.${limit}`]: number;
};

function assemble(values: SettingValues, folder: string): Configuration {
	const { host, port, workers, databaseUrl, redisUrl, kafkaBrokers, logLevel, corsOrigins, connections } = values;
	const { subgraphUrls, localSubgraphs, subgraphSecrets } = values;
	const home = resolve(folder, values.home);
	return {
		host,
		port,
		workers,
		home,
		scratch: values.scratch === null ? join(home, "scratch") : resolve(folder, values.scratch),
		databaseUrl,
		redisUrl,
		redis: {
			replicas: values["redis.replicas"],
			readFrom: values["redis.readFrom"],
			readConnections: values["redis.readConnections"],
			connectMillis: values["redis.connectMillis"],
			warmUpMillis: values["redis.warmUpMillis"],
			failuresToOpen: values["redis.failuresToOpen"],
			openMillis: values["redis.openMillis"],
		},
		onlineCache: {
			entries: values["onlineCache.entries"],
			bytes: values["onlineCache.bytes"],
			maxStalenessMillis: values["onlineCache.maxStalenessMillis"],
			unansweredSeconds: values["onlineCache.unansweredSeconds"],
			views: values["onlineCache.views"],
		},
		kafkaBrokers,
		logLevel,
		fileRoots: values.fileRoots ?? (isLoopback(host) ? null : [resolve(folder), home]),
		offlineEngine: values.offlineEngine,
		transforms: values.transforms,
		transformsPerProject: values.transformsPerProject,
		corsOrigins,
		freshnessGraceSeconds: values["freshness.graceSeconds"],
		freshnessIntervalSeconds: values["freshness.intervalSeconds"],
		faces: values.faces.map((face) => {
			const [project = "", prefix = ""] = face.split(":");
			return { project, prefix };
		}),
		connections,
		accessTokens: values["access.tokens"],
		overrideLabels: values.overrideLabels,
		subgraphUrls,
		localSubgraphs,
		subgraphSecrets,
		subgraphs: values.subgraphs.map((subgraph) => ({
			...subgraph,
			schema: subgraph.schema === null ? null : resolve(folder, subgraph.schema),
		})),
		introspection: values.introspection,
		explain: values.explain,
		trustedDocuments: values.trustedDocuments === null ? null : resolve(folder, values.trustedDocuments),
		trustedOnly: values.trustedOnly,
		limits: Object.fromEntries(limitNames.map((name) => [name, values[`limits.${name}`]])) as unknown as Limits,
		gatewayLimits: Object.fromEntries(
			gatewayLimitNames.map((name) => [name, values[`gatewayLimits.${name}`]]),
		) as unknown as GatewayLimits,
	};
}

/** Without a manifest there would be nothing to serve. */
function refuseClosedDoor({ trustedOnly, trustedDocuments }: Configuration): void {
	if (!trustedOnly || trustedDocuments !== null) return;
	throw new FeaturegraphErrors([
		{
			...invalid("FEATUREGRAPH_TRUSTED_ONLY", "is set, and no trusted documents are"),
			hint: "Name their manifest in FEATUREGRAPH_TRUSTED_DOCUMENTS.",
		},
	]);
}

/** Whoever knows a secret can ask in anybody's name: a user's subgraph must not be able to ask ours, nor another user's. */
function refuseSharedSecrets({ subgraphs, subgraphSecrets }: Configuration): void {
	const known = new Set(subgraphSecrets);
	const shared = subgraphs.filter(({ secret }) => secret !== null && (known.has(secret) || !known.add(secret)));
	if (shared.length === 0) return;
	throw new FeaturegraphErrors(
		shared.map(({ name }) => ({
			...invalid("subgraphs", `gives \`${name}\` a secret that signs for somebody else`),
			hint: "Make one for each: openssl rand -hex 32",
		})),
	);
}

const limitNames = Object.keys(defaultLimits) as (keyof Limits)[];
const gatewayLimitNames = Object.keys(defaultGatewayLimits) as (keyof GatewayLimits)[];

/** Whoever reaches a port without access control owns what is behind it. */
function refuseOpenDoor({ host, accessTokens }: Configuration): void {
	if (accessTokens.length > 0 || isLoopback(host)) return;
	throw new FeaturegraphErrors([
		{
			...invalid("HOST", `is ${host}, which others can reach, and no access tokens are configured`),
			hint: "Configure `access.tokens` in featuregraph.yaml, or listen on 127.0.0.1.",
		},
	]);
}

export function isLoopback(host: string): boolean {
	return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function fromEnvironment(env: Environment, { env: name }: Setting, errors: UserError[]): unknown {
	const value = env[name];
	if (value === undefined || value === "") return undefined;
	if (!jsonInEnvironment.has(name)) return value;
	try {
		return parseJson(value);
	} catch {
		errors.push(invalid(name, "is not JSON"));
		return undefined;
	}
}

function unknownVariables(env: Environment): UserError[] {
	const known = new Set([...settings.map((setting) => setting.env), ...ofOtherPrograms]);
	return Object.keys(env)
		.filter((name) => name.startsWith("FEATUREGRAPH_") && !known.has(name))
		.map((name) => ({ ...invalid(name, "is no setting"), nearest: nearestNames(name, known) }));
}

/** What the command line reads. */
const ofOtherPrograms = ["FEATUREGRAPH_URL", "FEATUREGRAPH_TOKEN"];

function readFile(folder: string, named: string | undefined, errors: UserError[]): unknown {
	const configurationFile = named ?? usualFile;
	let content: string;
	try {
		content = readFileSync(resolve(folder, configurationFile), "utf8");
	} catch (error) {
		const missing = named === undefined && error instanceof Error && "code" in error && error.code === "ENOENT";
		if (!missing) errors.push(invalid(configurationFile, "cannot be read"));
		return {};
	}
	try {
		const file: unknown = parse(content) ?? {};
		errors.push(...unknownKeys(file, configurationFile));
		return file;
	} catch (error) {
		errors.push(invalid(configurationFile, error instanceof Error ? error.message : "is not YAML"));
		return {};
	}
}

function unknownKeys(file: unknown, configurationFile: string): UserError[] {
	if (!isMapping(file)) return [invalid(configurationFile, "must be a mapping of settings")];
	const known = new Set(settings.map(({ key }) => key));
	const sections = new Set([...known].flatMap((key) => (key.includes(".") ? [key.slice(0, key.indexOf("."))] : [])));
	return Object.entries(file).flatMap(([name, value]) => {
		if (known.has(name)) return [];
		if (!sections.has(name)) {
			const nearest = nearestNames(name, [...known, ...sections]);
			return [{ ...invalid(name, `is no setting (${configurationFile})`), nearest }];
		}
		if (value === null) return [];
		if (!isMapping(value)) return [invalid(name, `must be a mapping of settings (${configurationFile})`)];
		return Object.keys(value)
			.map((key) => `${name}.${key}`)
			.filter((key) => !known.has(key))
			.map((key) => ({ ...invalid(key, `is no setting (${configurationFile})`), nearest: nearestNames(key, known) }));
	});
}

const isMapping = (value: unknown): value is object =>
	typeof value === "object" && value !== null && !Array.isArray(value);

function valueAt(file: unknown, key: string): unknown {
	let value = file;
	for (const part of key.split(".")) {
		if (typeof value !== "object" || value === null) return undefined;
		value = (value as Record<string, unknown>)[part];
	}
	return value;
}

function invalid(name: string, problem: string): UserError {
	return {
		code: "CONFIGURATION_INVALID",
		message: `${name} ${problem}.`,
		name,
		nearest: [],
		hint: "`featuregraph doctor` prints all settings and checks each connection.",
	};
}
