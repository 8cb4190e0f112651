import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { FetchObserver } from "./fetch-observer.ts";

/** What the fetches of one client operation share. Each run of a plan has a scope of its own beside it. */
export interface Execution extends Omit<OperationContext, "scope"> {
	readonly observer?: FetchObserver;
}

/** What a subgraph is told of the operation. A new scope: nothing that was read before is read again. */
export function beginRun({ observer, ...context }: Execution): OperationContext {
	return { ...context, scope: {} };
}
