import type { RegistrySnapshot, ViewVersion } from "../../../core/registry/snapshot.ts";

/** What one operation says to the cache of values, and what it learns of it. */
export interface OperationUse {
	/** Only what the store says now. */
	readonly bypassCache: boolean;
	cacheHits: number;
	cacheMisses: number;
	/** View versions of which values were served from memory because the store did not answer; null: of none. */
	staleViews: Set<number> | null;
}

export const newUse = (bypassCache = false): OperationUse => ({
	bypassCache,
	cacheHits: 0,
	cacheMisses: 0,
	staleViews: null,
});

/** Whether values of this view may be out of date; of one that is computed on demand, whether any are. */
export const isStale = ({ staleViews }: OperationUse, { kind, id }: Pick<ViewVersion, "kind" | "id">): boolean =>
	staleViews !== null && (kind === "ON_DEMAND" || staleViews.has(id));

/** A store, or one with a cache in front. */
export interface OnlineReads {
	read(keys: readonly Uint8Array[], use: OperationUse): Promise<readonly (Uint8Array | null)[]>;
}

/** In place of a value that could not be read while others could. */
export const unreadable: Uint8Array = new Uint8Array(0);

/** Reads packed values by online key; null where there is none. The loaders gather all of one operation behind it. */
export interface PackedReader {
	read(keys: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]>;
	readonly use: OperationUse;
}

/** A reader of one operation, which also holds it to one revision of the registry, whatever is applied meanwhile. */
export interface OperationReader extends PackedReader {
	snapshot(project: string): Promise<RegistrySnapshot>;
}

/** A reader for who asks once: there is nothing to gather. */
export const directReader = (store: OnlineReads, use: OperationUse): PackedReader => ({
	use,
	read: (keys) => (keys.length === 0 ? Promise.resolve([]) : store.read(keys, use)),
});
