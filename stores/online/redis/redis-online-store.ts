import { Cluster, Redis } from "ioredis";
import { writesOf } from "../../../core/online/packed-batch.ts";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import { clusterServers } from "./cluster-servers.ts";
import { connectRedis, type RedisConnectionOptions } from "./connect.ts";
import { dropPrefix } from "./drop-prefix.ts";
import { redisUnavailable } from "./redis-error.ts";
import type { ReadPreference, RedisServers } from "./redis-servers.ts";
import { singleServer } from "./single-server.ts";
import { measurePrefix, usageOf } from "./usage.ts";

export interface RedisOnlineStoreOptions extends RedisConnectionOptions {
	/** Copies of a single server that serving reads may go to; a cluster knows its own. */
	readonly replicaUrls?: readonly string[];
	readonly readFrom?: ReadPreference;
	/** Connections to each server for reads; writes have one of their own. */
	readonly readConnections?: number;
}

export interface RedisOnlineStore extends OnlineStore {
	readonly isCluster: boolean;
	/** The reads of serving, which may go to replicas. */
	readonly serving: Pick<OnlineStore, "read">;
	/** Resolves when all connections stand. */
	connect(): Promise<void>;
}

/**
 * Redis 6.2 or later, or a cluster of them. Connects by itself. Newer-wins is decided in Redis, by one script per
 * batch, so that it holds for writers in any number of processes.
 */
export function openRedisOnlineStore(options: RedisOnlineStoreOptions): RedisOnlineStore {
	const servers = openServers(options);

	return {
		name: "redis",
		isCluster: servers.isCluster,

		read: (keys) => (keys.length === 0 ? Promise.resolve([]) : attempt(() => servers.read(keys))),

		serving: {
			read: (keys) => (keys.length === 0 ? Promise.resolve([]) : attempt(() => servers.readForServing(keys))),
		},

		async write(writes) {
			if (writes.length === 0) return [];
			const outcomes = await attempt(() => servers.keepNewer(writes));
			return Array.from(outcomes, (outcome) => (outcome === "1" ? "WRITTEN" : "OLDER"));
		},

		async writePacked(batch) {
			if (batch.count === 0) return 0;
			return attempt(async () => {
				if (servers.keepNewerPacked !== undefined) return servers.keepNewerPacked(batch);
				const outcomes = await servers.keepNewer(writesOf(batch));
				return outcomes.replaceAll("0", "").length;
			});
		},

		drop: (prefix) => attempt(async () => dropPrefix(await servers.primaries(), prefix)),

		async measure(prefix, signal) {
			signal.throwIfAborted();
			return attempt(async () => measurePrefix(await servers.primaries(), prefix, signal), signal);
		},

		async sweep() {
			return 0;
		},

		usage: () => attempt(async () => usageOf(await servers.primaries())),
		connect: () => attempt(() => servers.connect()),
		ping: () => attempt(() => servers.ping()),
		close: () => servers.close(),
	};
}

function openServers(options: RedisOnlineStoreOptions): RedisServers {
	const { replicaUrls = [], readFrom = "primary", readConnections = 1, commandTimeoutMs } = options;
	const readers = Array.from({ length: readConnections }, () => connectRedis(options));
	const writer = connectRedis(options);
	if (writer instanceof Cluster) {
		const clusters = readers.filter((client) => client instanceof Cluster);
		return clusterServers({ writer, readers: clusters, deadlineMs: commandTimeoutMs }, readFrom);
	}
	const replicas = replicaUrls.map((url) => connectRedis({ ...options, url }));
	return singleServer(
		{
			writer,
			readers: readers.filter((client) => client instanceof Redis),
			replicas: replicas.filter((client) => client instanceof Redis),
		},
		readFrom,
	);
}

async function attempt<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
	try {
		return await work();
	} catch (error) {
		signal?.throwIfAborted();
		throw redisUnavailable(error);
	}
}
