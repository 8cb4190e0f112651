/** Has the reads of a request go past the cache of online values, as in `featuregraph-cache: no-cache`. */
export const cacheHeader = "featuregraph-cache";
export const noCache = "no-cache";
