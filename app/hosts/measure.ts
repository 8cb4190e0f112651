import { Gauge, Histogram, type Registry } from "prom-client";

/** An operation begins; call what it returns once, at its end. */
export type Measure = (kind: "operation" | "subscription" | "features" | "push") => (outcome: "ok" | "errors") => void;

/** What a subgraph counts of what gateways ask of it. */
export function createMeasure(registry: Registry, subgraph: string): Measure {
	const seconds = new Histogram({
		name: "featuregraph_subgraph_operation_seconds",
		help: "Time of an operation of a gateway; of a subscription, its whole life.",
		labelNames: ["subgraph", "kind", "outcome"],
		buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
		registers: [registry],
	});
	const running = new Gauge({
		name: "featuregraph_subgraph_operations_running",
		help: "Operations that are being executed, subscriptions among them.",
		labelNames: ["subgraph", "kind"],
		registers: [registry],
	});
	return (kind) => {
		running.inc({ subgraph, kind });
		const stop = seconds.startTimer({ subgraph, kind });
		return (outcome) => {
			running.dec({ subgraph, kind });
			stop({ outcome });
		};
	};
}
