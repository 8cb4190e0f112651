import type { ExecutionResult } from "graphql";
import { Counter, Histogram, type Registry } from "prom-client";
import type { FetchObserver } from "../execute/fetch-observer.ts";
import { boundedNames } from "./bounded-names.ts";

/** What is counted of operations by their names, of plans, and of the fetches of each subgraph. */
export interface OperationMetrics {
	/** An operation ended; `name` is the client's. */
	ended(name: string | null, result: ExecutionResult, seconds: number): void;
	/** The plan of an operation was there, or was waited for. */
	planned(found: "hit" | "miss", seconds: number): void;
	readonly observeFetch: FetchObserver;
}

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createOperationMetrics(registry: Registry, mostNames: number): OperationMetrics {
	const registers = [registry];
	const operations = new Histogram({
		name: "featuregraph_gateway_named_operation_seconds",
		help: "Time of queries and mutations by the name of the operation; beyond a number of names, `other`.",
		labelNames: ["operation", "outcome"],
		buckets,
		registers,
	});
	const fetches = new Histogram({
		name: "featuregraph_gateway_fetch_seconds",
		help: "Time of fetches from a subgraph. `unanswered`: it could not be asked, or did not answer.",
		labelNames: ["subgraph", "outcome"],
		buckets,
		registers,
	});
	const plans = new Counter({
		name: "featuregraph_gateway_plans_total",
		help: "Operations by whether their plan was there (`hit`) or had to be made (`miss`).",
		labelNames: ["cache"],
		registers,
	});
	const planning = new Histogram({
		name: "featuregraph_gateway_plan_seconds",
		help: "How long an operation waited for a plan that was not there.",
		buckets,
		registers,
	});
	const labelOf = boundedNames(mostNames);
	const children = new Map<string, { observe(seconds: number): void }>();
	const observe = (histogram: Histogram, key: string, labels: Record<string, string>, seconds: number): void => {
		let child = children.get(key);
		if (child === undefined) {
			child = histogram.labels(labels);
			children.set(key, child);
		}
		child.observe(seconds);
	};
	const fetched = (subgraph: string, outcome: "ok" | "errors" | "unanswered", began: number): void => {
		observe(fetches, `fetch ${outcome} ${subgraph}`, { subgraph, outcome }, (performance.now() - began) / 1000);
	};
	const hits = plans.labels({ cache: "hit" });
	const misses = plans.labels({ cache: "miss" });

	return {
		ended(name, { errors }, seconds) {
			const operation = labelOf(name);
			const outcome = errors === undefined ? "ok" : "errors";
			observe(operations, `operation ${outcome} ${operation}`, { operation, outcome }, seconds);
		},
		planned(found, seconds) {
			if (found === "hit") {
				hits.inc();
				return;
			}
			misses.inc();
			planning.observe(seconds);
		},
		async observeFetch({ subgraph: { name } }, run) {
			const began = performance.now();
			try {
				const result = await run();
				fetched(name, result.errors === undefined ? "ok" : "errors", began);
				return result;
			} catch (error) {
				fetched(name, "unanswered", began);
				throw error;
			}
		},
	};
}
