import { LRUCache } from "lru-cache";

/** How long values of a view may be served from memory. */
export interface CachePolicy {
	/** Since they were read. */
	readonly maxStalenessMs: number;
	/** While the store does not answer, marked as stale; no less than the above. */
	readonly unansweredMs: number;
}

export interface ValueCacheOptions {
	readonly entries: number;
	/** Keys, values and what it takes to keep them. */
	readonly bytes: number;
	/** Milliseconds that never go back. */
	readonly now: () => number;
}

interface Entry {
	/** Null: there was none. */
	readonly value: Buffer | null;
	readonly readAt: number;
	/** Of the cache, when the read began. */
	readonly generation: number;
	readonly viewVersionId: number;
}

/** What an entry takes besides its key and value, about. */
const entryBytes = 300;
/** Invalidated keys that are remembered for the reads under way. */
const mostRemembered = 10_000;

/** A read under way: what it brings is kept only where nothing was invalidated since it began. */
export interface ReadUnderWay {
	readonly generation: number;
	/** When it began: what it brings is no older. */
	readonly at: number;
}

/**
 * Packed values by online key, in which the view version is. Bounded; what was used least goes first. Every invalidation
 * makes a new generation, so that a read that began before a write cannot bring back the older value after it.
 */
export class ValueCache {
	readonly #entries: LRUCache<string, Entry>;
	readonly #now: () => number;
	#generation = 0;
	/** Older entries may have missed an invalidation. */
	#trustedSince = 0;
	#isTrusted = true;
	/** Reads that began before bring nothing. */
	#refusedBefore = 0;
	readonly #viewsInvalidated = new Map<number, number>();
	readonly #keysInvalidated = new Map<string, number>();
	#underWay = 0;

	constructor({ entries, bytes, now }: ValueCacheOptions) {
		this.#entries = new LRUCache({
			max: entries,
			maxSize: bytes,
			maxEntrySize: Math.max(1, Math.floor(bytes / 4)),
			sizeCalculation: ({ value }, key) => entryBytes + key.length + (value?.length ?? 0),
		});
		this.#now = now;
	}

	get size(): { readonly entries: number; readonly bytes: number } {
		return { entries: this.#entries.size, bytes: this.#entries.calculatedSize };
	}

	/** What is there and young enough; undefined: it has to be read. */
	fresh(key: string, { maxStalenessMs }: CachePolicy): Buffer | null | undefined {
		if (!this.#isTrusted) return undefined;
		const entry = this.#current(key);
		if (entry === undefined || entry.generation < this.#trustedSince) return undefined;
		return this.#now() - entry.readAt <= maxStalenessMs ? entry.value : undefined;
	}

	/** What may be served while the store does not answer. */
	whileUnanswered(key: string, { unansweredMs }: CachePolicy): Buffer | null | undefined {
		const entry = this.#current(key);
		return entry !== undefined && this.#now() - entry.readAt <= unansweredMs ? entry.value : undefined;
	}

	#current(key: string): Entry | undefined {
		const entry = this.#entries.get(key);
		if (entry === undefined) return undefined;
		const invalidated = this.#viewsInvalidated.get(entry.viewVersionId);
		return invalidated === undefined || entry.generation >= invalidated ? entry : undefined;
	}

	/** A read begins; `end` must follow. */
	begin(): ReadUnderWay {
		this.#underWay++;
		return { generation: this.#generation, at: this.#now() };
	}

	end(): void {
		this.#underWay--;
		if (this.#underWay === 0) this.#keysInvalidated.clear();
	}

	/** Keeps what a read brought, unless it may be older than what was written meanwhile. */
	fill({ generation, at }: ReadUnderWay, key: string, viewVersionId: number, value: Uint8Array | null): void {
		if (generation < this.#refusedBefore) return;
		if (generation < (this.#keysInvalidated.get(key) ?? 0)) return;
		if (generation < (this.#viewsInvalidated.get(viewVersionId) ?? 0)) return;
		// A copy: the bytes that came are a part of all that the socket had. (`slice` of a Buffer is none.)
		const kept = value === null ? null : Buffer.from(new Uint8Array(value).buffer);
		this.#entries.set(key, { value: kept, readAt: at, generation, viewVersionId });
	}

	/** Values of these keys were written. */
	invalidate(keys: Iterable<string>): void {
		const generation = ++this.#generation;
		for (const key of keys) {
			this.#entries.delete(key);
			if (this.#underWay > 0) this.#keysInvalidated.set(key, generation);
		}
		if (this.#keysInvalidated.size <= mostRemembered) return;
		this.#keysInvalidated.clear();
		this.#refusedBefore = generation;
	}

	/** Values of a view version were written, too many to name. */
	invalidateView(viewVersionId: number): void {
		this.#viewsInvalidated.set(viewVersionId, ++this.#generation);
	}

	/** Forgets all. */
	clear(): void {
		this.#refusedBefore = ++this.#generation;
		this.#entries.clear();
	}

	/** Whether invalidations arrive. While they do not, and of what was there then, nothing is fresh. */
	trust(isTrusted: boolean): void {
		this.#isTrusted = isTrusted;
		this.#trustedSince = ++this.#generation;
	}
}
