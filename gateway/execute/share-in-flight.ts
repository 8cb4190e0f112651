import { isDeepStrictEqual } from "node:util";
import type { ExecutionResult } from "graphql";
import { rightsOf } from "../authorize/rights.ts";
import type { Endable } from "../endable.ts";
import type { ShareableQuery } from "./shareable-query.ts";
import { SharedRun } from "./shared-run.ts";

/** Of one operation, looked at for each that comes: beyond it queries are too different to be worth it. */
const mostRunsOfOperation = 16;

/**
 * Lets equal queries that are under way at the same time share one execution, and its result, which nobody may write
 * into. Nobody joins a query that began before a mutation ended: what was written is read.
 */
export class SharedQueries {
	/** By operation. Emptied lists stay: an operation that came once comes again. */
	#open = new WeakMap<object, SharedRun[]>();
	#count = 0;
	readonly #most: number;
	readonly #joined: () => void;

	/** `most` that can be joined at once; 0: none is. `joined` is told of each query that was spared. */
	constructor({ most, joined }: { readonly most: number; readonly joined: () => void }) {
		this.#most = most;
		this.#joined = joined;
	}

	/** The result of an equal query that is under way, or of `execute`, which ends when all callers have left. */
	execute(query: ShareableQuery, execute: (until: Endable) => Promise<ExecutionResult>): Promise<ExecutionResult> {
		const runs = this.#open.get(query.operation) ?? [];
		const equal = runs.find((run) => run.endReason === undefined && isEqual(run.query, query));
		if (equal !== undefined) {
			this.#joined();
			return equal.join(query.until);
		}
		if (this.#count >= this.#most || runs.length >= mostRunsOfOperation) return execute(query.until);
		if (runs.length === 0) this.#open.set(query.operation, runs);
		const run = new SharedRun(query, execute);
		runs.push(run);
		this.#count += 1;
		const close = (): void => {
			runs.splice(runs.indexOf(run), 1);
			if (this.#open.get(query.operation) === runs) this.#count -= 1;
		};
		run.result.then(close, close);
		return run.result;
	}

	/** A mutation has ended, well or not: what is under way may not have seen it. */
	wrote(): void {
		this.#open = new WeakMap();
		this.#count = 0;
	}
}

function isEqual(one: ShareableQuery, other: ShareableQuery): boolean {
	return (
		(one.principal === other.principal || rightsOf(one.principal) === rightsOf(other.principal)) &&
		isDeepStrictEqual(one.variables, other.variables) &&
		isDeepStrictEqual(one.headers, other.headers)
	);
}
