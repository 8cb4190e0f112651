import type { Bus } from "../core/ports/bus.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { OnlineStore } from "../core/ports/online-store.ts";
import type { RegistryReader } from "../core/ports/registry-reader.ts";
import type { OnlineReads } from "../services/serving/read/packed-reader.ts";
import { cachedReads } from "../services/serving/value-cache/cached-reads.ts";
import { followWrites, forgettingWrites } from "../services/serving/value-cache/follow-writes.ts";
import { type CachePolicy, ValueCache } from "../services/serving/value-cache/value-cache.ts";
import { viewPolicies } from "../services/serving/value-cache/view-policies.ts";
import type { OnlineCacheSettings } from "./configuration/configuration.ts";
import type { OnlineAdapters } from "./open-online.ts";

interface CachedOnline {
	/** For writers. */
	readonly online: OnlineStore;
	/** For serving. */
	readonly reads: OnlineReads;
}

/** The online store with the cache in front of serving's reads, where the configuration wants one. */
export function cachedOnline(
	settings: OnlineCacheSettings,
	{ online, onlineReads, onlineObserver }: OnlineAdapters,
	{ bus, registry, logger }: { readonly bus: Bus; readonly registry: RegistryReader; readonly logger: Logger },
): CachedOnline {
	if (settings.entries === 0) return { online, reads: onlineReads };
	const cache = new ValueCache({ ...settings, now: () => performance.now() });
	onlineObserver.cacheOpened(() => cache.size);
	// Nothing is fresh before it listens; the bus ends with the process.
	followWrites(cache, bus).catch((error: unknown) => {
		logger.error({ err: error }, "The cache of online values does not hear of writes; it is not used");
	});
	const policyOf = viewPolicies({
		registry,
		logger,
		usual: policyFrom(settings, {}),
		views: new Map(
			Object.entries(settings.views).map(([name, view]) => [name, view === false ? null : policyFrom(settings, view)]),
		),
	});
	return {
		online: forgettingWrites(online, cache),
		reads: cachedReads({ reads: onlineReads, cache, policyOf, observer: onlineObserver }),
	};
}

function policyFrom(
	usual: OnlineCacheSettings,
	{
		maxStalenessMillis = usual.maxStalenessMillis,
		unansweredSeconds = usual.unansweredSeconds,
	}: Partial<Pick<OnlineCacheSettings, "maxStalenessMillis" | "unansweredSeconds">>,
): CachePolicy {
	return { maxStalenessMs: maxStalenessMillis, unansweredMs: unansweredSeconds * 1000 };
}
