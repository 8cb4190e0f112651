/**
 * Is a value, or JSON, of at most so many bytes? Each unit of a text and each byte counts one, everything else eight: no more than
 * is written of it. Stops as soon as it is larger.
 */
export const isWithinBytes = (value: unknown, most: number): boolean => spend(value, most) >= 0;

/** What is left of `left` after it; negative as soon as nothing is. */
function spend(value: unknown, left: number): number {
	if (typeof value === "string" || value instanceof Uint8Array) return left - value.length;
	let rest = left - 8;
	if (Array.isArray(value)) {
		for (let i = 0; i < value.length && rest >= 0; i++) rest = spend(value[i], rest);
	} else if (typeof value === "object" && value !== null) {
		for (const name in value) {
			if (rest < 0) break;
			rest = spend((value as Readonly<Record<string, unknown>>)[name], rest - name.length);
		}
	}
	return rest;
}
