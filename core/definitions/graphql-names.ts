/** Names in the typed GraphQL face, made from the names of definitions. */

/** `airport_delays` -> `AirportDelays`. Digits stay with the word before them: `delay_mean_1h` -> `DelayMean1h`. */
export const typeNameOf = (name: string): string =>
	name
		.split("_")
		.map((word) => word.charAt(0).toUpperCase() + word.slice(1))
		.join("");

/** `delay_mean_1h` -> `delayMean1h`. */
export function fieldNameOf(name: string): string {
	const pascal = typeNameOf(name);
	return pascal.charAt(0).toLowerCase() + pascal.slice(1);
}
