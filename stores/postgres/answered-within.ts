/**
 * Queries that fail when there is no answer for so long; the connection is then of no use any more. The driver has such a setting,
 * and promises: for both it assigns a function to a property of each query, which V8 allocates in its old generation, and with it
 * lives all that waits for the query until the next full collection of the garbage. It makes none where it is given a callback.
 */
type Call = (...args: never[]) => unknown;
type Settle = (error: Error | null | undefined, result?: unknown) => void;

/** `query` of a connection. What has a time of its own, or its own `submit` (a copy), is left to the driver. */
export function answeredWithin(query: Call, millis: number): Call {
	const ask = query as (...args: readonly unknown[]) => unknown;
	return (...given: readonly unknown[]) => {
		if (isDriversOwn(given[0])) return ask(...given);
		const last = given.at(-1);
		if (typeof last === "function") {
			ask(...given.slice(0, -1), withinTime(last as Settle, millis));
			return undefined;
		}
		return new Promise((resolve, reject) => {
			const settle: Settle = (error, result) => {
				if (error === null || error === undefined) resolve(result);
				else reject(error);
			};
			ask(...given, withinTime(settle, millis));
		});
	};
}

function isDriversOwn(query: unknown): boolean {
	if (typeof query !== "object" || query === null) return false;
	return "submit" in query || "query_timeout" in query;
}

function withinTime(settle: Settle, millis: number): Settle {
	let isSettled = false;
	const once: Settle = (error, result) => {
		if (isSettled) return;
		isSettled = true;
		clearTimeout(timer);
		settle(error, result);
	};
	// As the driver says it: by these words a lost connection is known.
	const timer = setTimeout(() => once(new Error("Query read timeout")), millis);
	return once;
}
