import type { Logger } from "../core/ports/logger.ts";
import type { Principal } from "../core/ports/principal.ts";
import type { OperationContext } from "../core/ports/subgraph.ts";
import { type Endable, endReasonOf } from "./endable.ts";
import type { Execution } from "./execute/execution.ts";
import type { FetchObserver } from "./execute/fetch-observer.ts";
import type { Caller, PreparedOperation } from "./operation.ts";

/** An operation as the executor sees it. Its signal is that of `until`, which may be made only when it is read. */
export class OperationExecution implements Execution {
	readonly requestId: string;
	readonly principal: Principal;
	readonly headers?: NonNullable<OperationContext["headers"]>;
	readonly trace?: NonNullable<OperationContext["trace"]>;
	readonly cacheUses?: NonNullable<OperationContext["cacheUses"]>;
	readonly observer: FetchObserver;
	readonly #caller: Caller;
	readonly #until: Endable;
	readonly #logger: Logger;

	constructor(
		{ caller, principal, passed, cacheUses }: PreparedOperation,
		until: Endable,
		observer: FetchObserver,
		logger: Logger,
	) {
		this.requestId = caller.requestId;
		this.principal = principal;
		if (passed.headers !== undefined) this.headers = passed.headers;
		if (passed.trace !== undefined) this.trace = passed.trace;
		if (cacheUses !== null) this.cacheUses = cacheUses;
		this.observer = observer;
		this.#caller = caller;
		this.#until = until;
		this.#logger = logger;
	}

	get signal(): AbortSignal {
		return this.#until.signal;
	}

	get endReason(): unknown {
		return endReasonOf(this.#until);
	}

	failed(subgraph: string, err: unknown): void {
		// That a client leaves is no failure.
		const level = endReasonOf(this.#caller) !== undefined ? "debug" : "error";
		this.#logger[level]({ requestId: this.requestId, subgraph, err }, "A subgraph could not be asked");
	}
}
