import { Deoptimization } from "./deoptimization.ts";

/**
 * A resolver's value as compiled code takes it. That code neither catches what completing a value throws once it is
 * asynchronous (the execution would never end) nor keeps the index of a list's item that rejects. So a promise
 * reports what its handler throws, errors come as values, and lists are arrays down to `depth`.
 */
export function guardedValue(value: unknown, depth: number): unknown {
	if (value === null || typeof value !== "object") {
		return depth > 0 && value !== null && value !== undefined ? new Deoptimization() : value;
	}
	if (isThenable(value)) return new GuardedPromise(value, depth);
	if (depth === 0 || value instanceof Error) return value;
	if (!(Symbol.iterator in value)) return new Deoptimization();
	const items: unknown[] = Array.isArray(value) ? value : Array.from(value as Iterable<unknown>);
	return depth > 1 || items.some(isThenable) ? items.map((item) => guardedValue(item, depth - 1)) : items;
}

/** An error as the value of the field that it is of. */
export function errorValue(error: unknown): Error {
	return error instanceof Error ? error : new Deoptimization();
}

export function isThenable(value: unknown): value is PromiseLike<unknown> {
	return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Listens from the start: what compiled code drops on its way may yet reject. */
class GuardedPromise {
	#onValue: ((value: unknown) => void) | undefined;
	#onFailure: ((failure: Error) => void) | undefined;

	constructor(promise: PromiseLike<unknown>, depth: number) {
		const settle = (value: unknown) => {
			try {
				const guarded = guardedValue(value, depth);
				this.#onValue?.(guarded);
			} catch {
				this.#fail();
			}
		};
		// One that is not native may call back at once.
		const later = promise instanceof Promise ? promise : Promise.resolve(promise);
		later.then(settle, (error: unknown) => settle(errorValue(error)));
	}

	#fail(): void {
		try {
			this.#onFailure?.(new Deoptimization());
		} catch {
			// The execution that waited has been given up already.
		}
	}

	// biome-ignore lint/suspicious/noThenProperty: compiled code takes anything with a `then` for a promise.
	then(onValue: (value: unknown) => void, onFailure: (failure: Error) => void): void {
		this.#onValue = onValue;
		this.#onFailure = onFailure;
	}
}

/** A promise that nobody waits for. */
export function abandon(promise: PromiseLike<unknown>): void {
	promise.then(undefined, () => undefined);
}
