import { viewVersionOf } from "../../../core/online/key.ts";
import type { OnlineObserver } from "../../../core/ports/online-observer.ts";
import type { OnlineStore } from "../../../core/ports/online-store.ts";
import { type OnlineReads, unreadable } from "../read/packed-reader.ts";
import type { CachePolicy, ValueCache } from "./value-cache.ts";

export interface CachedReadsDeps {
	readonly reads: Pick<OnlineStore, "read">;
	readonly cache: ValueCache;
	/** Null: values of the view are never kept. */
	readonly policyOf: (viewVersionId: number) => CachePolicy | null;
	readonly observer: Pick<OnlineObserver, "cacheUsed">;
}

/**
 * Reads with the cache in front. When the store does not answer, what is in memory is served as each view allows it and
 * the view is marked as stale; a key that is not there is unreadable. With nothing to serve, the store's error is thrown.
 */
export function cachedReads({ reads, cache, policyOf, observer }: CachedReadsDeps): OnlineReads {
	return {
		async read(keys, use) {
			const policies = policiesOf(keys, policyOf);
			if (policies === null) return reads.read(keys);
			const names = keys.map((key, i) => (policies[i] == null ? "" : nameOf(key)));
			const values = new Array<Uint8Array | null>(keys.length).fill(null);
			const missing: number[] = [];
			let kept = 0;
			for (let i = 0; i < keys.length; i++) {
				const policy = policies[i] ?? null;
				if (policy !== null) kept++;
				const value = policy === null || use.bypassCache ? undefined : cache.fresh(names[i] as string, policy);
				if (value === undefined) missing.push(i);
				else values[i] = value;
			}
			const hits = keys.length - missing.length;
			use.cacheHits += hits;
			use.cacheMisses += kept - hits;
			observer.cacheUsed(hits, kept - hits);
			if (missing.length === 0) return values;

			const underWay = cache.begin();
			try {
				const read = await reads.read(missing.map((i) => keys[i] as Uint8Array));
				for (const [at, i] of missing.entries()) {
					const value = read[at] ?? null;
					values[i] = value;
					if (policies[i] != null)
						cache.fill(underWay, names[i] as string, viewVersionOf(keys[i] as Uint8Array), value);
				}
			} catch (error) {
				let served = hits;
				for (const i of missing) {
					const policy = policies[i] ?? null;
					const held =
						policy === null || use.bypassCache ? undefined : cache.whileUnanswered(names[i] as string, policy);
					values[i] = held === undefined ? unreadable : held;
					if (held === undefined) continue;
					served++;
					use.staleViews ??= new Set();
					use.staleViews.add(viewVersionOf(keys[i] as Uint8Array));
				}
				if (served === 0) throw error;
			} finally {
				cache.end();
			}
			return values;
		},
	};
}

/** Neighbours are mostly of one view. Null: values of none of them are kept. */
function policiesOf(keys: readonly Uint8Array[], policyOf: CachedReadsDeps["policyOf"]): (CachePolicy | null)[] | null {
	let last = -1;
	let policy: CachePolicy | null = null;
	let isAnyKept = false;
	const policies = keys.map((key) => {
		const viewVersionId = viewVersionOf(key);
		if (viewVersionId !== last) {
			last = viewVersionId;
			policy = policyOf(viewVersionId);
			isAnyKept ||= policy !== null;
		}
		return policy;
	});
	return isAnyKept ? policies : null;
}

/** The bytes of a key as a string, one unit per byte. */
export const nameOf = (key: Uint8Array): string =>
	Buffer.from(key.buffer, key.byteOffset, key.byteLength).toString("latin1");
