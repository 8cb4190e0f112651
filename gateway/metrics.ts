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
	const running = new Gauge({
		name: "featuregraph_gateway_operations_running",
		help: "Operations that are being executed, subscriptions among them.",
		labelNames: ["kind"],
		registers: [registry],
	});
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
			running.inc({ kind });
			const stop = seconds.startTimer({ kind });
			return (result) => {
				running.dec({ kind });
				stop({ outcome: result.errors === undefined ? "ok" : "errors" });
			};
		},
		connection(change) {
			connections.inc(change);
		},
	};
}
