import type { ExecutionResult } from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import { type Endable, endReasonOf } from "../endable.ts";
import type { ShareableQuery } from "./shareable-query.ts";

/** One execution for all who ask the same. It ends when all of them have left; nobody is listened to before it asks for its signal. */
export class SharedRun implements Endable {
	readonly query: ShareableQuery;
	readonly result: Promise<ExecutionResult>;
	readonly #callers: Endable[];
	#own: AbortController | null = null;

	constructor(query: ShareableQuery, execute: (until: Endable) => Promise<ExecutionResult>) {
		this.query = query;
		this.#callers = [query.until];
		this.result = execute(this);
	}

	/** The result, for one more. */
	join(caller: Endable): Promise<ExecutionResult> {
		this.#callers.push(caller);
		if (this.#own !== null) this.#follow(caller, this.#own);
		return this.result;
	}

	/** One whose time is over still waits for what there is: that is then why it ends. */
	get endReason(): unknown {
		let why: unknown;
		for (const caller of this.#callers) {
			const reason = endReasonOf(caller);
			if (reason === undefined) return undefined;
			if (!(why instanceof FeaturegraphError)) why = reason;
		}
		return why;
	}

	get signal(): AbortSignal {
		if (this.#own !== null) return this.#own.signal;
		const own = new AbortController();
		this.#own = own;
		for (const caller of this.#callers) this.#follow(caller, own);
		return own.signal;
	}

	#follow({ signal }: Endable, own: AbortController): void {
		const look = (): void => {
			const reason = this.endReason;
			if (reason !== undefined) own.abort(reason);
		};
		if (signal.aborted) look();
		else signal.addEventListener("abort", look, { once: true });
	}
}
