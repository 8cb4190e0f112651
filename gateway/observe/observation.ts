import type { ExecutionResult, OperationDefinitionNode } from "graphql";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { CompiledOperation } from "../execute/compile-operation.ts";
import type { FetchObserver, ObservedFetch } from "../execute/fetch-observer.ts";
import type { FetchRecord } from "./fetch-record.ts";
import type { OperationMetrics } from "./operation-metrics.ts";
import type { EndedOperation } from "./slow-operations.ts";
import type { BeginSpan, OperationSpan } from "./spans.ts";

export interface ObserveOptions {
	readonly metrics: OperationMetrics;
	/** Null: nothing is traced. */
	readonly beginSpan: BeginSpan | null;
	readonly slow: (ended: EndedOperation) => void;
}

export type Observe = (requestId: string, headers: OperationContext["headers"]) => Observation;

export function observing(options: ObserveOptions): Observe {
	return (requestId, headers) => new Observation(options, requestId, options.beginSpan?.(requestId, headers) ?? null);
}

/** Looks at one operation on its way: for traces, metrics, the log of slow ones, and explanations. */
export class Observation {
	readonly #options: ObserveOptions;
	readonly #requestId: string;
	readonly #span: OperationSpan | null;
	readonly #fetches: FetchRecord[] = [];
	#operation: OperationDefinitionNode | null = null;
	#began = 0;
	#millis = 0;

	constructor(options: ObserveOptions, requestId: string, span: OperationSpan | null) {
		this.#options = options;
		this.#requestId = requestId;
		this.#span = span;
	}

	/** Of an execution that has ended. */
	get fetches(): readonly FetchRecord[] {
		return this.#fetches;
	}

	/** How long the execution took. */
	get millis(): number {
		return this.#millis;
	}

	admit<T>(run: () => T): T {
		return this.#span === null ? run() : this.#span.stepNow("admit", run);
	}

	/** From here on it is known which operation it is. */
	named(operation: OperationDefinitionNode): void {
		this.#operation = operation;
		this.#span?.named(operation.name?.value ?? null, operation.operation);
	}

	/** `run` calls back where the plan was not there: what it promises then is waited for. */
	plan(
		run: (missed: () => void) => CompiledOperation | Promise<CompiledOperation>,
	): CompiledOperation | Promise<CompiledOperation> {
		const { metrics } = this.#options;
		let since: number | null = null;
		const find = () =>
			run(() => {
				since = performance.now();
			});
		const counted = (compiled: CompiledOperation): CompiledOperation => {
			if (since === null) metrics.planFound();
			else metrics.planMade((performance.now() - since) / 1000);
			return compiled;
		};
		const found = this.#span === null ? find() : this.#span.step("plan", async () => find());
		return found instanceof Promise ? found.then(counted) : counted(found);
	}

	/** Never rejects, as `run` does not. */
	async execute(compiled: CompiledOperation, run: () => Promise<ExecutionResult>): Promise<ExecutionResult> {
		const { metrics, slow } = this.#options;
		this.#began = performance.now();
		const result = await (this.#span === null ? run() : this.#span.step("execute", run));
		this.#millis = performance.now() - this.#began;
		const operation = this.#operation?.name?.value ?? null;
		metrics.ended(operation, result, this.#millis / 1000);
		slow({
			requestId: this.#requestId,
			operation,
			kind: compiled.kind,
			millis: this.#millis,
			plans: compiled.plans,
			fetches: this.#fetches,
		});
		this.#span?.ended(result.errors);
		return result;
	}

	/** Stands around each fetch of the execution; those of a subscription's events are too many to be kept. */
	fetchObserver({ recorded }: { readonly recorded: boolean }): FetchObserver {
		const observe: FetchObserver = (fetch, run) => this.#fetched(fetch, run, recorded);
		return this.#span === null ? observe : this.#span.observeFetch(observe);
	}

	/** It was refused, or explained without being executed, or is a subscription that has ended. */
	ended(errors?: ExecutionResult["errors"]): void {
		this.#span?.ended(errors);
	}

	async #fetched(
		{ subgraph, operation, representations }: ObservedFetch,
		run: () => Promise<ExecutionResult>,
		recorded: boolean,
	): Promise<ExecutionResult> {
		const start = performance.now();
		let result: ExecutionResult | null = null;
		try {
			result = await run();
			return result;
		} finally {
			const millis = performance.now() - start;
			const outcome = result === null ? "unanswered" : result.errors === undefined ? "ok" : "errors";
			this.#options.metrics.fetched(subgraph.name, outcome, millis / 1000);
			if (recorded) {
				this.#fetches.push({ subgraph, operation, representations, startMillis: start - this.#began, millis, result });
			}
		}
	}
}
