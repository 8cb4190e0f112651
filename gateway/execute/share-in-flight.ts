import { isDeepStrictEqual } from "node:util";
import type { ExecutionResult } from "graphql";
import { FeaturegraphError } from "../../core/errors/featuregraph-error.ts";
import type { Principal } from "../../core/ports/principal.ts";
import { rightsOf } from "../authorize/rights.ts";

/** What two queries must have alike to be one. */
export interface ShareableQuery {
	/** One object for a generation of the graph, a document, an operation of it, and the way that it is planned. */
	readonly operation: object;
	readonly variables: Readonly<Record<string, unknown>>;
	readonly principal: Principal;
	/** Those that subgraphs may see. */
	readonly headers: Readonly<Record<string, unknown>> | undefined;
	/** Of this caller alone. */
	readonly signal: AbortSignal;
}

interface Run {
	readonly query: ShareableQuery;
	readonly result: Promise<ExecutionResult>;
	readonly left: AbortController;
	/** Those that it can be found among. */
	readonly among: Set<Run>;
	callers: number;
	/** Why one went that still waits for what there is: its time is over. */
	expired: FeaturegraphError | null;
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
				if (!isEqual(run.query, query)) continue;
				this.#joined();
				return this.#follow(run, query.signal);
			}
		}
		if (this.#count >= this.#most || (runs?.size ?? 0) >= mostRunsOfOperation) return execute(query.signal);
		return this.#follow(this.#begin(query, execute), query.signal);
	}

	/** A mutation has ended, well or not: what is under way may not have seen it. */
	wrote(): void {
		this.#open = new Map();
		this.#count = 0;
	}

	#begin(query: ShareableQuery, execute: (signal: AbortSignal) => Promise<ExecutionResult>): Run {
		const left = new AbortController();
		const among = this.#open.get(query.operation) ?? new Set();
		const run: Run = { query, result: execute(left.signal), left, among, callers: 0, expired: null };
		this.#open.set(query.operation, among.add(run));
		this.#count += 1;
		return run;
	}

	/** A caller that leaves does not end it for the others. */
	async #follow(run: Run, signal: AbortSignal): Promise<ExecutionResult> {
		run.callers += 1;
		const leave = () => {
			run.callers -= 1;
			if (signal.reason instanceof FeaturegraphError) run.expired = signal.reason;
			if (run.callers > 0) return;
			this.#close(run);
			run.left.abort(run.expired ?? signal.reason);
		};
		if (signal.aborted) leave();
		else signal.addEventListener("abort", leave, { once: true });
		try {
			return await run.result;
		} finally {
			signal.removeEventListener("abort", leave);
			this.#close(run);
		}
	}

	#close(run: Run): void {
		const { among, query } = run;
		if (!among.delete(run) || this.#open.get(query.operation) !== among) return;
		this.#count -= 1;
		if (among.size === 0) this.#open.delete(query.operation);
	}
}

function isEqual(one: ShareableQuery, other: ShareableQuery): boolean {
	return (
		(one.principal === other.principal || rightsOf(one.principal) === rightsOf(other.principal)) &&
		isDeepStrictEqual(one.variables, other.variables) &&
		isDeepStrictEqual(one.headers, other.headers)
	);
}
