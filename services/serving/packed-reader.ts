/** Reads packed values by online key; null where there is none. The loaders gather all of one operation behind it. */
export interface PackedReader {
	read(keys: readonly Uint8Array[]): Promise<readonly (Uint8Array | null)[]>;
}
