import type { CacheUse } from "../../../core/online/cache-use.ts";

/** What an answer says of the cache in its `extensions.cache`; null: nothing, or nothing that makes sense. */
export function readCacheUse(answer: unknown): CacheUse | null {
	const [cacheHits, cacheMisses] = [numberAt(answer, "hits"), numberAt(answer, "misses")];
	return cacheHits === null || cacheMisses === null ? null : { cacheHits, cacheMisses };
}

function numberAt(answer: unknown, name: string): number | null {
	let at = answer;
	for (const step of ["extensions", "cache", name]) {
		if (typeof at !== "object" || at === null) return null;
		at = (at as Readonly<Record<string, unknown>>)[step];
	}
	return typeof at === "number" && Number.isSafeInteger(at) && at >= 0 ? at : null;
}
