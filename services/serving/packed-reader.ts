import type { RegistrySnapshot } from "../../core/registry/snapshot.ts";

/** Reads packed values by online key; null where there is none. The loaders gather all of one operation behind it. */
export interface PackedReader {
	read(keys: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]>;
}

/** A reader of one operation, which also holds it to one revision of the registry, whatever is applied meanwhile. */
export interface OperationReader extends PackedReader {
	snapshot(project: string): Promise<RegistrySnapshot>;
}
