import {
	type CircuitBreakerPolicy,
	CircuitState,
	ConsecutiveBreaker,
	circuitBreaker,
	ExponentialBackoff,
	handleAll,
	handleWhen,
	retry,
	TimeoutStrategy,
	timeout,
	wrap,
} from "cockatiel";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { OnlineObserver } from "../../core/ports/online-observer.ts";
import type { OnlineStore } from "../../core/ports/online-store.ts";

export interface GuardOptions {
	/** Of a read, further tries included. */
	readonly deadlineMs: number;
	/** Failures in a row after which the store is left alone. */
	readonly failuresToOpen: number;
	/** How long, before one call tries whether it is back. */
	readonly openMs: number;
	readonly observer: Pick<OnlineObserver, "circuit" | "retried">;
}

/** Further tries of a read that failed at once, after a pause that is not the same for all. */
const furtherTries = 2;
const pauses = { initialDelay: 10, maxDelay: 100 };

/**
 * A store behind circuit breakers, one for reads and one for writes: a store that does not answer is not waited for by
 * everyone who asks. Reads that fail at once, with time left, are tried again: a connection was lost, another stands.
 * Writers have their own ways to come again: what was pushed waits in the log.
 */
export function guardedStore<Store extends Pick<OnlineStore, "read" | "write" | "writePacked">>(
	store: Store,
	reads: Pick<OnlineStore, "read">,
	options: GuardOptions,
): Store & { readonly serving: Pick<OnlineStore, "read"> } {
	const writing = breaker("write", options);
	const reading = breaker("read", options);
	return {
		...store,
		write: (writes) => guarded(writing, () => store.write(writes)),
		writePacked: (batch) => guarded(writing, () => store.writePacked(batch)),
		serving: {
			async read(keys) {
				const began = performance.now();
				try {
					return await guarded(reading, () => reads.read(keys));
				} catch (error) {
					const left = options.deadlineMs - (performance.now() - began);
					if (left < options.deadlineMs / 2 || reading.state !== CircuitState.Closed) throw error;
					return await readAgain(() => guarded(reading, () => reads.read(keys)), left, error);
				}
			},
		},
	};

	async function readAgain<T>(read: () => Promise<T>, left: number, first: unknown): Promise<T> {
		const again = retry(
			handleWhen(() => reading.state === CircuitState.Closed),
			{ maxAttempts: furtherTries - 1, backoff: new ExponentialBackoff(pauses) },
		);
		const inTime = timeout(left, TimeoutStrategy.Aggressive);
		await pause();
		try {
			return await wrap(inTime, again).execute(() => {
				options.observer.retried();
				return read();
			});
		} catch (error) {
			// Not the policy's own, which says nothing of the store.
			throw error instanceof FeaturegraphError ? error : first;
		}
	}
}

const pause = (): Promise<void> =>
	new Promise((resolve) => setTimeout(resolve, pauses.initialDelay * (0.5 + Math.random())));

const states: Readonly<Record<CircuitState, Parameters<OnlineObserver["circuit"]>[1]>> = {
	[CircuitState.Closed]: "closed",
	[CircuitState.HalfOpen]: "half-open",
	[CircuitState.Open]: "open",
	[CircuitState.Isolated]: "open",
};

function breaker(kind: "read" | "write", { failuresToOpen, openMs, observer }: GuardOptions): CircuitBreakerPolicy {
	const policy = circuitBreaker(handleAll, {
		breaker: new ConsecutiveBreaker(failuresToOpen),
		halfOpenAfter: openMs,
	});
	observer.circuit(kind, "closed");
	policy.onStateChange((state) => observer.circuit(kind, states[state]));
	return policy;
}

/** Runs it, or rejects at once with STORE_UNAVAILABLE while the store is left alone. */
async function guarded<T>(policy: CircuitBreakerPolicy, ask: () => Promise<T>): Promise<T> {
	// Others would be kept waiting for the trial's end.
	if (policy.state === CircuitState.HalfOpen) throw leftAlone();
	let asked = false;
	try {
		return await policy.execute(() => {
			asked = true;
			return ask();
		});
	} catch (error) {
		throw asked ? error : leftAlone();
	}
}

const leftAlone = (): FeaturegraphError =>
	new FeaturegraphError(
		"STORE_UNAVAILABLE",
		"The online store has not answered of late; it is left alone for a moment.",
		{
			hint: "It is asked again by itself. Check that Redis runs; `featuregraph doctor` tries the connection.",
		},
	);
