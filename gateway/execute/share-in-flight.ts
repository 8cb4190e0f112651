import { isDeepStrictEqual } from "node:util";
import type { ExecutionResult } from "graphql";
import type { Principal } from "../../core/ports/principal.ts";
import { rightsOf } from "../authorize/rights.ts";

/** What two queries must have alike to be one. */
export interface ShareableQuery {
	/** One object for a generation of the graph, a document, an operation of it, and the way that it is planned. */
	readonly operation: object;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly principal: Principal;
	/** Those that subgraphs may see. */
	readonly headers?: Readonly<Record<string, unknown>>;
	/** Of this caller alone. */
	readonly signal: AbortSignal;
}

interface Run extends Omit<ShareableQuery, "signal" | "operation"> {
	readonly result: Promise<ExecutionResult>;
	readonly left: AbortController;
	callers: number;
}

/** Of one operation, looked at for each that comes: beyond it queries are too different to be worth it. */
const mostRunsOfOperation = 16;

/**
 * Lets equal queries that are under way at the same time share one execution, and its result, which nobody may write
 * into. Nobody joins a query that began before a mutation ended: what was written is read.
 */
export class SharedQueries {
	#open = new Map<object, Set<Run>>();
	#count = 0;
	readonly #most: number;
	readonly #joined: () => void;

	/** `most` that can be joined at once; 0: none is. `joined` is told of each query that was spared. */
	constructor({ most, joined }: { readonly most: number; readonly joined: () => void }) {
		this.#most = most;
		this.#joined = joined;
	}

	/** The result of an equal query that is under way, or of `execute`, whose signal ends when all callers have left. */
	async execute(
		query: ShareableQuery,
		execute: (signal: AbortSignal) => Promise<ExecutionResult>,
	): Promise<ExecutionResult> {
		const runs = this.#open.get(query.operation);
		if (runs !== undefined) {
			for (const run of runs) {
				if (!isEqual(run, query)) continue;
				this.#joined();
				return follow(run, query.signal);
			}
		}
		if (this.#count >= this.#most || (runs?.size ?? 0) >= mostRunsOfOperation) return execute(query.signal);
		return follow(this.#begin(query, execute), query.signal);
	}

	/** A mutation has ended, well or not: what is under way may not have seen it. */
	wrote(): void {
		this.#open = new Map();
		this.#count = 0;
	}

	#begin(
		{ operation, signal: _, ...query }: ShareableQuery,
		execute: (signal: AbortSignal) => Promise<ExecutionResult>,
	): Run {
		const left = new AbortController();
		const result = execute(left.signal);
		const run: Run = { ...query, result, left, callers: 0 };
		const runs = this.#open.get(operation) ?? new Set();
		this.#open.set(operation, runs.add(run));
		this.#count += 1;
		const close = () => {
			if (!runs.delete(run) || this.#open.get(operation) !== runs) return;
			this.#count -= 1;
			if (runs.size === 0) this.#open.delete(operation);
		};
		left.signal.addEventListener("abort", close, { once: true });
		result.then(close, close);
		return run;
	}
}

function isEqual(run: Run, query: ShareableQuery): boolean {
	return (
		(run.principal === query.principal || rightsOf(run.principal) === rightsOf(query.principal)) &&
		isDeepStrictEqual(run.variables, query.variables) &&
		isDeepStrictEqual(run.headers, query.headers)
	);
}

/** A caller that leaves does not end it for the others. */
async function follow(run: Run, signal: AbortSignal): Promise<ExecutionResult> {
	run.callers += 1;
	const leave = () => {
		run.callers -= 1;
		if (run.callers === 0) run.left.abort(signal.reason);
	};
	if (signal.aborted) leave();
	else signal.addEventListener("abort", leave, { once: true });
	try {
		return await run.result;
	} finally {
		signal.removeEventListener("abort", leave);
	}
}
