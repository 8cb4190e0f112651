import type { DuckDBVector } from "@duckdb/node-api";

/** What all typed arrays are. */
const typedArray = Object.getPrototypeOf(Uint8Array) as new () => Uint8Array;

/**
 * The bytes of a vector whose values all have one width. It keeps them in one array, which it shows to nobody: taking values
 * out or putting them in one by one is ten times slower. What is written counts once the vector is flushed.
 */
export function vectorBytes(vector: DuckDBVector): Uint8Array {
	for (const field of Object.values(vector) as readonly unknown[]) {
		// Not `ArrayBuffer.isView`: once compiled, it has been seen to deny a DataView.
		if (field instanceof DataView || field instanceof typedArray) {
			return new Uint8Array(field.buffer, field.byteOffset, field.byteLength);
		}
	}
	throw new Error(`A vector of ${vector.type.toString()} does not hold its values in an array.`);
}
