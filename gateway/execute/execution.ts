import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { FetchObserver } from "./fetch-observer.ts";

/** What the fetches of one client operation share. Each run of a plan has a scope of its own beside it. */
export interface Execution extends Omit<OperationContext, "scope"> {
	readonly observer?: FetchObserver;
	/** Is told why a subgraph could not be asked, where clients are not. */
	readonly failed?: (subgraph: string, error: unknown) => void;
}

/** What subgraphs are told of a run. Its scope is new: nothing that was read before is taken for what is now. */
export function beginRun({ observer: _, failed: __, ...context }: Execution): OperationContext {
	return { ...context, scope: {} };
}

/** So that an event reads nothing that was loaded for the one before. */
export function withFreshScope<T extends { readonly scope: object }>(context: T): T {
	return { ...context, scope: {} };
}
