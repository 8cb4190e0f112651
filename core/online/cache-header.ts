import type { OperationContext } from "../ports/subgraph.ts";
import type { CacheReport, CacheUse } from "./cache-use.ts";

/** Has the reads of a request go past the cache of online values, as in `featuregraph-cache: no-cache`. */
export const cacheHeader = "featuregraph-cache";
export const noCache = "no-cache";
export const reportCache = "report";

/** `featuregraph-cache: report` asks for them in the response's `extensions.cache`. */
export const asksForCacheUse = (headers: OperationContext["headers"]): boolean =>
	headers?.[cacheHeader] === reportCache;

/** What `extensions.cache` has, once the reads are done. */
export const cacheReport = (uses: readonly CacheUse[]): CacheReport => ({
	hits: uses.reduce((sum, { cacheHits }) => sum + cacheHits, 0),
	misses: uses.reduce((sum, { cacheMisses }) => sum + cacheMisses, 0),
});
