import { context, propagation } from "@opentelemetry/api";

/** Puts the spans that a subgraph makes into the trace of this request, where there is one. */
export function traceHeaders(): Record<string, string> {
	const headers: Record<string, string> = {};
	propagation.inject(context.active(), headers);
	return headers;
}
