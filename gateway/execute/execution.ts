import type { OperationContext } from "../../core/ports/subgraph.ts";
import { endReasonOf } from "../endable.ts";
import type { FetchObserver } from "./fetch-observer.ts";

/** What the fetches of one client operation share. Each run of a plan has a scope of its own beside it. */
export interface Execution extends Omit<OperationContext, "scope"> {
	/** As in `Endable`. */
	readonly endReason?: unknown;
	readonly observer?: FetchObserver;
	/** Is told why a subgraph could not be asked, where clients are not. */
	failed?(subgraph: string, error: unknown): void;
}

/** What subgraphs are told of a run. Its scope is new: nothing that was read before is taken for what is now. */
export function beginRun(execution: Execution): OperationContext {
	return new RunContext(execution);
}

/** So that an event reads nothing that was loaded for the one before. */
export function withFreshScope<T extends Pick<OperationContext, "scope" | "signal">>(context: T): T {
	return { ...context, signal: context.signal, scope: {} };
}

/** Leaves the signal of the execution unread until somebody wants it: it may have to be made. */
class RunContext implements OperationContext {
	readonly requestId: OperationContext["requestId"];
	readonly principal: OperationContext["principal"];
	readonly scope = {};
	readonly headers?: NonNullable<OperationContext["headers"]>;
	readonly trace?: NonNullable<OperationContext["trace"]>;
	readonly cacheUses?: NonNullable<OperationContext["cacheUses"]>;
	readonly #execution: Execution;

	constructor(execution: Execution) {
		const { requestId, principal, headers, trace, cacheUses } = execution;
		this.requestId = requestId;
		this.principal = principal;
		if (headers !== undefined) this.headers = headers;
		if (trace !== undefined) this.trace = trace;
		if (cacheUses !== undefined) this.cacheUses = cacheUses;
		this.#execution = execution;
	}

	get signal(): AbortSignal {
		return this.#execution.signal;
	}

	get endReason(): unknown {
		return endReasonOf(this.#execution);
	}
}
