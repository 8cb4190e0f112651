import type { ExecutionResult } from "graphql";
import { Counter, type Registry } from "prom-client";
import { boundedNames } from "./bounded-names.ts";
import { TimeHistogram, type TimeSeries } from "./time-histogram.ts";

export type FetchOutcome = "ok" | "errors" | "unanswered";

/** What is counted of operations by their names, of plans, and of the fetches of each subgraph. */
export interface OperationMetrics {
	/** An operation ended; `name` is the client's. */
	ended(name: string | null, result: ExecutionResult, seconds: number): void;
	/** The plan of an operation was there. */
	planFound(): void;
	/** It was waited for. */
	planMade(seconds: number): void;
	fetched(subgraph: string, outcome: FetchOutcome, seconds: number): void;
}

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createOperationMetrics(registry: Registry, mostNames: number): OperationMetrics {
	const operations = new TimeHistogram({
		name: "featuregraph_gateway_named_operation_seconds",
		help: "Time of queries and mutations by the name of the operation; beyond a number of names, `other`.",
		labels: ["operation", "outcome"],
		buckets,
		registry,
	});
	const fetches = new TimeHistogram({
		name: "featuregraph_gateway_fetch_seconds",
		help: "Time of fetches from a subgraph. `unanswered`: it could not be asked, or did not answer.",
		labels: ["subgraph", "outcome"],
		buckets,
		registry,
	});
	const planning = new TimeHistogram({
		name: "featuregraph_gateway_plan_seconds",
		help: "How long an operation waited for a plan that was not there.",
		labels: [],
		buckets,
		registry,
	}).under({});
	const plans = { hit: 0, miss: 0 };
	new Counter({
		name: "featuregraph_gateway_plans_total",
		help: "Operations by whether their plan was there (`hit`) or had to be made (`miss`).",
		labelNames: ["cache"],
		registers: [registry],
		collect() {
			this.reset();
			for (const [cache, count] of Object.entries(plans)) this.inc({ cache }, count);
		},
	});
	const labelOf = boundedNames(mostNames);
	const ok = new Map<string, TimeSeries<"operation" | "outcome">>();
	const failed = new Map<string, TimeSeries<"operation" | "outcome">>();
	const bySubgraph = new Map<string, Record<FetchOutcome, TimeSeries<"subgraph" | "outcome">>>();

	return {
		ended(name, { errors }, seconds) {
			const operation = labelOf(name);
			const series = errors === undefined ? ok : failed;
			let found = series.get(operation);
			if (found === undefined) {
				found = operations.under({ operation, outcome: errors === undefined ? "ok" : "errors" });
				series.set(operation, found);
			}
			found.observe(seconds);
		},
		planFound() {
			plans.hit += 1;
		},
		planMade(seconds) {
			plans.miss += 1;
			planning.observe(seconds);
		},
		fetched(subgraph, outcome, seconds) {
			let series = bySubgraph.get(subgraph);
			if (series === undefined) {
				const under = (outcome: FetchOutcome) => fetches.under({ subgraph, outcome });
				series = { ok: under("ok"), errors: under("errors"), unanswered: under("unanswered") };
				bySubgraph.set(subgraph, series);
			}
			series[outcome].observe(seconds);
		},
	};
}
