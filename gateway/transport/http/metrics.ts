import { Counter, Gauge, type Registry } from "prom-client";
import type { BreakerState } from "./breaker.ts";

/** What is counted of the subgraphs that are reached over HTTP. */
export interface HttpSubgraphMetrics {
	breaker(subgraph: string, state: BreakerState): void;
	retried(subgraph: string): void;
}

const numbers: Readonly<Record<BreakerState, number>> = { closed: 0, "half-open": 1, open: 2 };

/** Ours and those of users are counted as one. */
const ofRegistry = new WeakMap<Registry, HttpSubgraphMetrics>();

/** The counters in this registry, which are made once. */
export function createHttpSubgraphMetrics(registry: Registry): HttpSubgraphMetrics {
	const present = ofRegistry.get(registry);
	if (present !== undefined) return present;
	const breaker = new Gauge({
		name: "featuregraph_gateway_subgraph_breaker",
		help: "Whether a subgraph over HTTP is asked: 0 it is, 1 one request tries, 2 it is left alone.",
		labelNames: ["subgraph"],
		aggregator: "max",
		registers: [registry],
	});
	const retries = new Counter({
		name: "featuregraph_gateway_subgraph_retries_total",
		help: "Queries that were sent to a subgraph a second time.",
		labelNames: ["subgraph"],
		registers: [registry],
	});
	const metrics: HttpSubgraphMetrics = {
		breaker: (subgraph, state) => breaker.set({ subgraph }, numbers[state]),
		retried: (subgraph) => retries.inc({ subgraph }),
	};
	ofRegistry.set(registry, metrics);
	return metrics;
}
