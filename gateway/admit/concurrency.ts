import { RequestError } from "./request-error.ts";

/** Places for what runs at the same time, of which each principal may have only so many. */
export interface Places {
	/** Takes a place; what it returns gives it back, once. Throws a RequestError where there is none. */
	take(principalId: string): () => void;
}

/** `what` they are for, in the plural, as it stands in messages. Nobody waits for a place: clients try again. */
export function createPlaces(what: string, limits: { readonly perPrincipal: number; readonly total: number }): Places {
	const principals = new Map<string, { taken: number }>();
	let total = 0;
	return {
		take(principalId) {
			const own = principals.get(principalId) ?? { taken: 0 };
			if (own.taken >= limits.perPrincipal) {
				throw RequestError.of(
					"RATE_LIMITED",
					`You have ${limits.perPrincipal} ${what} running, which is as many as one may have.`,
					"Wait for one of them to end, then try again.",
				);
			}
			if (total >= limits.total) {
				throw RequestError.of("OVERLOADED", `This gateway runs as many ${what} as it can.`, "Try again in a moment.");
			}
			if (own.taken === 0) principals.set(principalId, own);
			own.taken += 1;
			total += 1;
			let held = true;
			return () => {
				if (!held) return;
				held = false;
				total -= 1;
				own.taken -= 1;
				if (own.taken === 0) principals.delete(principalId);
			};
		},
	};
}
