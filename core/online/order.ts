import { formatVersion, headerBytes } from "./layout.ts";

/**
 * Whether `incoming` is newer than what is stored: greater in the bytes behind the header, which hold the whole order
 * (event time, created time, tie-break values, sequence, deleted, then the columns). What is no value of this format
 * gives way. A repeated write is not newer.
 */
export function isNewer(incoming: Uint8Array, stored: Uint8Array): boolean {
	if (stored.length < headerBytes || stored[0] !== formatVersion) return true;
	return Buffer.compare(incoming.subarray(headerBytes), stored.subarray(headerBytes)) > 0;
}
