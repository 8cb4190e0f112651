import { CircuitState, ConsecutiveBreaker, circuitBreaker, handleWhen } from "cockatiel";
import { SubgraphFailure } from "./subgraph-failure.ts";

export type BreakerState = "closed" | "half-open" | "open";

/** Leaves a subgraph alone that failed several times in a row, then lets one request try whether it is back. */
export interface Breaker {
	readonly state: () => BreakerState;
	/** Runs it, or rejects at once with a SubgraphFailure for which nothing was asked. */
	run<T>(ask: () => Promise<T>): Promise<T>;
}

/** An answer of any kind shows that the subgraph is there; so does not being waited for show nothing. */
const isDown = (error: unknown): boolean =>
	error instanceof SubgraphFailure && (error.reason === "unreachable" || error.reason === "late");
const showsNothing = (error: unknown): boolean => error instanceof SubgraphFailure && error.reason === "left";

export function createBreaker(
	{ failuresToOpen, openMillis }: { readonly failuresToOpen: number; readonly openMillis: number },
	changed: (state: BreakerState) => void,
): Breaker {
	const policy = circuitBreaker(
		// A trial that was not waited for must not count as one that succeeded.
		handleWhen((error) => isDown(error) || (showsNothing(error) && policy.state === CircuitState.HalfOpen)),
		{ breaker: new ConsecutiveBreaker(failuresToOpen), halfOpenAfter: openMillis },
	);
	const state = (): BreakerState => {
		if (policy.state === CircuitState.Closed) return "closed";
		return policy.state === CircuitState.HalfOpen ? "half-open" : "open";
	};
	policy.onStateChange(() => changed(state()));
	return {
		state,
		async run(ask) {
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
		},
	};
}

const leftAlone = (): SubgraphFailure => new SubgraphFailure("refused", "the circuit breaker is open");
