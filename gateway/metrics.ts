import type { ExecutionResult, OperationTypeNode } from "graphql";
import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import { TimeHistogram, type TimeSeries } from "./observe/time-histogram.ts";

/** What the gateway counts of its operations. */
export interface GatewayMetrics {
	/** An operation begins. */
	began(kind: OperationTypeNode): void;
	/** It has ended, a subscription with an empty result. */
	ended(kind: OperationTypeNode, result: ExecutionResult, millis: number): void;
	/** A WebSocket came (1) or went (-1). */
	connection(change: 1 | -1): void;
	/** A query was answered by an equal one that was under way. */
	sharedQuery(): void;
}

interface KindMetrics {
	running: number;
	readonly ok: TimeSeries<"kind" | "outcome">;
	readonly errors: TimeSeries<"kind" | "outcome">;
}

export function createGatewayMetrics(registry: Registry): GatewayMetrics {
	const seconds = new TimeHistogram({
		name: "featuregraph_gateway_operation_seconds",
		help: "Time of an operation, from its admission to its result; of a subscription, its whole life.",
		labels: ["kind", "outcome"],
		buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
		registry,
	});
	const kinds = new Map<OperationTypeNode, KindMetrics>();
	const of = (kind: OperationTypeNode): KindMetrics => {
		let found = kinds.get(kind);
		if (found === undefined) {
			found = {
				running: 0,
				ok: seconds.under({ kind, outcome: "ok" }),
				errors: seconds.under({ kind, outcome: "errors" }),
			};
			kinds.set(kind, found);
		}
		return found;
	};
	new Gauge({
		name: "featuregraph_gateway_operations_running",
		help: "Operations that are being executed, subscriptions among them.",
		labelNames: ["kind"],
		registers: [registry],
		collect() {
			for (const [kind, { running }] of kinds) this.set({ kind }, running);
		},
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
		began(kind) {
			of(kind).running += 1;
		},
		ended(kind, { errors }, millis) {
			const metrics = of(kind);
			metrics.running -= 1;
			metrics[errors === undefined ? "ok" : "errors"].observe(millis / 1000);
		},
		connection(change) {
			connections.inc(change);
		},
	};
}

/** Times of `POST /features`. */
export const featuresSeconds = (registry: Registry): TimeHistogram<"format" | "outcome"> =>
	new TimeHistogram({
		name: "featuregraph_gateway_features_seconds",
		help: "Time of a read at /features by the format of its answer, from its body to its answer.",
		labels: ["format", "outcome"],
		buckets: [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 10],
		registry,
	});

/** Times of `POST /push`. */
export const pushSeconds = (registry: Registry): Histogram<"format" | "outcome"> =>
	new Histogram({
		name: "featuregraph_gateway_push_seconds",
		help: "Time of a push at /push by the format of its rows, from its body to its answer.",
		labelNames: ["format", "outcome"] as const,
		buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
		registers: [registry],
	});
