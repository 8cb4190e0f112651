import { Cluster, Redis } from "ioredis";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../../core/ports/logger.ts";
import { redisReason } from "./redis-error.ts";
import { makeYoungCommands } from "./young-commands.ts";

export type RedisClient = Redis | Cluster;

export interface RedisConnectionOptions {
	/** `redis://` or `rediss://`; several, separated by commas, are nodes of a cluster. */
	readonly url: string;
	/** Deadline of every command. */
	readonly commandTimeoutMs: number;
	readonly connectTimeoutMs?: number;
	readonly logger: Logger | null;
}

const usualConnectTimeoutMs = 2000;
/** How often a command waits for a new connection before it fails: callers have their own retries. */
const reconnectsPerCommand = 2;
const mostReconnectDelayMs = 2000;
/** How often a cluster is asked for its nodes: no redirection tells of a new replica. */
const replicasFoundMs = 10_000;

/** A client that connects by itself and keeps reconnecting. A wrong URL is CONFIGURATION_INVALID. */
export function connectRedis(options: RedisConnectionOptions): RedisClient {
	makeYoungCommands();
	const { url, commandTimeoutMs, connectTimeoutMs = usualConnectTimeoutMs, logger } = options;
	const nodes = url.split(",").map((part) => parseNode(part.trim()));
	const common = {
		connectTimeout: connectTimeoutMs,
		commandTimeout: commandTimeoutMs,
		// A connection without an answer for so long is given up with all that waits on it, so that nothing piles up there.
		socketTimeout: 2 * commandTimeoutMs,
		maxRetriesPerRequest: reconnectsPerCommand,
	};
	const [first] = nodes as [RedisNode];
	const client =
		nodes.length === 1
			? new Redis({
					...first.address,
					...first.access,
					...common,
					db: first.database,
					retryStrategy: reconnectDelay,
					reconnectOnError: isOfFormerPrimary,
				})
			: new Cluster(
					nodes.map(({ address }) => address),
					{
						redisOptions: { ...common, ...first.access },
						clusterRetryStrategy: reconnectDelay,
						slotsRefreshTimeout: commandTimeoutMs,
						slotsRefreshInterval: replicasFoundMs,
					},
				);
	client.on("error", (error: unknown) => {
		logger?.warn({ store: "redis", reason: redisReason(error) }, "The connection to Redis failed; trying again");
	});
	return client;
}

/** Ends it; what waits for answers gets them, where there is a connection. */
export async function closeClient(client: RedisClient): Promise<void> {
	if (client.status === "ready") await client.quit().catch(() => client.disconnect());
	else client.disconnect();
}

const reconnectDelay = (attempts: number): number => Math.min(attempts * 50, mostReconnectDelayMs);

/** Another server may be behind the name by now, while the connection still stands to the one that has become a replica. */
const isOfFormerPrimary = ({ message }: Error): boolean => /\bREADONLY\b/.test(message);

interface RedisNode {
	readonly address: { readonly host: string; readonly port: number };
	/** The same for all nodes of a cluster: the first one's. */
	readonly access: { readonly username?: string; readonly password?: string; readonly tls?: object };
	readonly database: number;
}

function parseNode(text: string): RedisNode {
	const url = URL.canParse(text) ? new URL(text) : null;
	const database = /^\/?(\d*)$/.exec(url?.pathname ?? "")?.[1];
	if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === "" || database === undefined) {
		// The text itself may hold a password.
		throw new FeaturegraphError("CONFIGURATION_INVALID", "REDIS_URL is not a Redis address.", {
			name: "REDIS_URL",
			hint: "Write redis://host:6379, or several of them separated by commas for a cluster; rediss:// for TLS.",
		});
	}
	return {
		address: { host: url.hostname.replace(/^\[|\]$/g, ""), port: url.port === "" ? 6379 : Number(url.port) },
		access: {
			...(url.username !== "" && { username: decodeURIComponent(url.username) }),
			...(url.password !== "" && { password: decodeURIComponent(url.password) }),
			...(url.protocol === "rediss:" && { tls: {} }),
		},
		database: Number(database),
	};
}
