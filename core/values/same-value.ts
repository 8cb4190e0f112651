import type { Value } from "./value.ts";

/** Whether two values are the same: every NaN is, 0 and -0 are not. Their types need not be known. */
export function sameValue(a: Value, b: Value): boolean {
	if (Object.is(a, b)) return true;
	if (a instanceof Uint8Array && b instanceof Uint8Array) {
		return a.length === b.length && a.every((byte, index) => byte === b[index]);
	}
	if (Array.isArray(a) && Array.isArray(b)) {
		return a.length === b.length && a.every((element: Value, index) => sameValue(element, (b[index] ?? null) as Value));
	}
	return false;
}
