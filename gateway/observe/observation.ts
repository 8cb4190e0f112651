import type { ExecutionResult, OperationDefinitionNode } from "graphql";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { CompiledOperation } from "../execute/compile-operation.ts";
import type { FetchObserver } from "../execute/fetch-observer.ts";
import { type FetchRecord, recordFetches } from "./fetch-record.ts";
import type { OperationMetrics } from "./operation-metrics.ts";
import type { EndedOperation } from "./slow-operations.ts";
import type { BeginSpan } from "./spans.ts";

/** Looks at one operation on its way: for traces, metrics, the log of slow ones, and explanations. */
export interface Observation {
	admit<T>(run: () => T): T;
	/** From here on it is known which operation it is. */
	named(operation: OperationDefinitionNode): void;
	/** `run` calls back where the plan was not there. */
	plan(run: (missed: () => void) => Promise<CompiledOperation>): Promise<CompiledOperation>;
	execute(
		compiled: CompiledOperation,
		run: (observer: FetchObserver) => Promise<ExecutionResult>,
	): Promise<ObservedExecution>;
	/** For the fetches of a subscription's events. */
	readonly ofEvents: FetchObserver;
	/** It was refused, or explained without being executed. */
	ended(errors?: ExecutionResult["errors"]): void;
}

export interface ObservedExecution {
	readonly result: ExecutionResult;
	readonly fetches: readonly FetchRecord[];
	readonly millis: number;
}

export type Observe = (requestId: string, headers: OperationContext["headers"]) => Observation;

export interface ObserveOptions {
	readonly metrics: OperationMetrics;
	/** Null: nothing is traced. */
	readonly beginSpan: BeginSpan | null;
	readonly slow: (ended: EndedOperation) => void;
}

export function observing({ metrics, beginSpan, slow }: ObserveOptions): Observe {
	return (requestId, headers) => {
		const span = beginSpan?.(requestId, headers) ?? null;
		const observer = span === null ? metrics.observeFetch : span.observeFetch(metrics.observeFetch);
		let name: string | null = null;
		let kind = "query";
		return {
			admit: (run) => (span === null ? run() : span.stepNow("admit", run)),
			named(operation) {
				name = operation.name?.value ?? null;
				kind = operation.operation;
				span?.named(name, kind);
			},
			async plan(run) {
				const began = performance.now();
				let found: "hit" | "miss" = "hit";
				const missed = (): void => {
					found = "miss";
				};
				const compiled = await (span === null ? run(missed) : span.step("plan", () => run(missed)));
				metrics.planned(found, (performance.now() - began) / 1000);
				return compiled;
			},
			async execute({ plans }, run) {
				const fetches: FetchRecord[] = [];
				const began = performance.now();
				const recording = recordFetches(fetches, observer);
				const result = await (span === null ? run(recording) : span.step("execute", () => run(recording)));
				const millis = performance.now() - began;
				metrics.ended(name, result, millis / 1000);
				slow({ requestId, operation: name, kind, millis, plans, fetches });
				span?.ended(result.errors);
				return { result, fetches, millis };
			},
			ofEvents: observer,
			ended: (errors) => span?.ended(errors),
		};
	};
}
