/** Of the values that an operation asked for, those that were in the cache, and those that could have been. */
export interface CacheUse {
	readonly cacheHits: number;
	readonly cacheMisses: number;
}

/** What a response says of them, once its reads are done. */
export interface CacheReport {
	readonly hits: number;
	readonly misses: number;
}
