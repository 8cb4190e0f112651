import type { ExecutionResult } from "graphql";
import type { HttpSubgraphLimits } from "./limits.ts";
import type { SubgraphFailure } from "./subgraph-failure.ts";

/** What one subscription needs, whatever the protocol. */
export interface SubscriptionRequest {
	/** Names and values in turn. */
	readonly headers: string[];
	/** Query, operation name and variables as JSON. */
	readonly body: string;
	readonly limits: HttpSubgraphLimits;
	readonly signal: AbortSignal;
	/** Reads a parsed result, or throws a SubgraphFailure. */
	readonly read: (answer: unknown) => ExecutionResult;
	/** The error that the events end in. */
	readonly failed: (failure: SubgraphFailure) => Error;
	/** Called once when the connection is given back. */
	readonly released: () => void;
}

export type Subscribed = AsyncIterableIterator<ExecutionResult> | ExecutionResult;
