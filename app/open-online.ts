import { join } from "node:path";
import type { Registry as Metrics } from "prom-client";
import type { Clock } from "../core/ports/clock.ts";
import type { Logger } from "../core/ports/logger.ts";
import { noObserver, type OnlineObserver } from "../core/ports/online-observer.ts";
import type { OnlineStore } from "../core/ports/online-store.ts";
import { gatheredReads } from "../stores/online/gathered-reads.ts";
import { guardedStore } from "../stores/online/guarded-store.ts";
import { openLmdbOnlineStore } from "../stores/online/lmdb/lmdb-online-store.ts";
import { openRedisOnlineStore } from "../stores/online/redis/redis-online-store.ts";
import type { Closers } from "./closers.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { onlineMetrics } from "./online-metrics.ts";

export interface OnlineAdapters {
	/** For writers: what was acknowledged is read back. */
	readonly online: OnlineStore;
	/** For serving: guarded, and from replicas where the configuration says so. */
	readonly onlineReads: Pick<OnlineStore, "read">;
	readonly onlineObserver: OnlineObserver;
}

interface OnlineParts {
	readonly clock: Clock;
	readonly logger: Logger;
	readonly closers: Closers;
	/** Null: nothing is counted. */
	readonly metrics: Metrics | null;
}

export async function openOnline(
	{ redisUrl, redis, home, limits }: Configuration,
	{ clock, logger, closers, metrics }: OnlineParts,
): Promise<OnlineAdapters> {
	const onlineObserver = metrics === null ? noObserver : onlineMetrics(metrics);
	if (redisUrl === null) {
		const online = openLmdbOnlineStore({ path: join(home, "online"), clock });
		closers.add("online store", () => online.close());
		onlineObserver.storeOpened(() => online.usage());
		return { online, onlineReads: online, onlineObserver };
	}
	const store = openRedisOnlineStore({
		url: redisUrl,
		replicaUrls: redis.replicas,
		readFrom: redis.readFrom,
		readConnections: redis.readConnections,
		connectTimeoutMs: redis.connectMillis,
		commandTimeoutMs: limits.onlineCommandMillis,
		logger,
	});
	closers.add("online store", () => store.close());
	onlineObserver.storeOpened(() => store.usage());
	await warmUp(() => store.connect(), redis.warmUpMillis, logger);
	const guarded = guardedStore(store, store.serving, {
		deadlineMs: limits.onlineCommandMillis,
		failuresToOpen: redis.failuresToOpen,
		openMs: redis.openMillis,
		observer: onlineObserver,
	});
	const { serving } = guarded;
	return { online: guarded, onlineReads: store.isCluster ? serving : gatheredReads(serving), onlineObserver };
}

/** So that the first read waits for no connection. A store that is away does not keep a process from starting. */
async function warmUp(connect: () => Promise<void>, mostMs: number, logger: Logger): Promise<void> {
	if (mostMs === 0) return;
	const late = Promise.withResolvers<"late">();
	const timer = setTimeout(() => late.resolve("late"), mostMs);
	try {
		const outcome = await Promise.race([connect(), late.promise]);
		if (outcome === "late") logger.warn({ mostMs }, "The online store does not answer yet; starting without it");
	} catch (error) {
		logger.warn({ err: error }, "The online store does not answer; starting without it");
	} finally {
		clearTimeout(timer);
	}
}
