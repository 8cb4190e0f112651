import type { Place } from "./definition-error.ts";

/** Somebody who wants a GraphQL name, and how to let it have another. */
export interface Claim {
	readonly name: string;
	readonly by: string;
	readonly hint: string;
	readonly place: Place;
}
