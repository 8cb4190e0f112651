import type { ExecutionResult, OperationTypeNode } from "graphql";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

/** What the gateway counts of its operations. */
export interface GatewayMetrics {
	/** An operation begins; call what it returns once, with its result. A subscription ends with an empty one. */
	operation(kind: OperationTypeNode): (result: ExecutionResult) => void;
	/** A WebSocket came (1) or went (-1). */
	connection(change: 1 | -1): void;
	/** A query was answered by an equal one that was under way. */
	sharedQuery(): void;
}

export function createGatewayMetrics(registry: Registry): GatewayMetrics {
	const seconds = new Histogram({
		name: "featuregraph_gateway_operation_seconds",
		help: "Time of an operation, from its admission to its result; of a subscription, its whole life.",
		labelNames: ["kind", "outcome"],
		buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
		registers: [registry],
	});
	const runningByKind = new Map<OperationTypeNode, number>();
	new Gauge({
		name: "featuregraph_gateway_operations_running",
		help: "Operations that are being executed, subscriptions among them.",
		labelNames: ["kind"],
		registers: [registry],
		collect() {
			for (const [kind, running] of runningByKind) this.set({ kind }, running);
		},
	});
	const change = (kind: OperationTypeNode, by: 1 | -1) => {
		runningByKind.set(kind, (runningByKind.get(kind) ?? 0) + by);
	};
	// Looked up by its labels once, not for each operation.
	const observers = new Map<string, (seconds: number) => void>();
	const observe = (kind: OperationTypeNode, outcome: "ok" | "errors", time: number) => {
		const key = kind + outcome;
		let observer = observers.get(key);
		if (observer === undefined) {
			const child = seconds.labels({ kind, outcome });
			observer = (value) => child.observe(value);
			observers.set(key, observer);
		}
		observer(time);
	};
	const connections = new Gauge({
		name: "featuregraph_gateway_websocket_connections",
		help: "Open WebSocket connections.",
		registers: [registry],
	});
	const shared = new Counter({
		name: "featuregraph_gateway_shared_queries_total",
		help: "Queries that were answered by the execution of an equal one that was under way.",
		registers: [registry],
	});
	return {
		sharedQuery: () => shared.inc(),
		operation(kind) {
			change(kind, 1);
			const begun = performance.now();
			return (result) => {
				change(kind, -1);
				observe(kind, result.errors === undefined ? "ok" : "errors", (performance.now() - begun) / 1000);
			};
		},
		connection(change) {
			connections.inc(change);
		},
	};
}

/** Times of `POST /features`. */
export const featuresSeconds = (registry: Registry): Histogram<"format" | "outcome"> =>
	new Histogram({
		name: "featuregraph_gateway_features_seconds",
		help: "Time of a read at /features by the format of its answer, from its body to its answer.",
		labelNames: ["format", "outcome"] as const,
		buckets: [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10],
		registers: [registry],
	});
