import { context as currentSpan, propagation } from "@opentelemetry/api";
import type { OperationContext } from "../../../core/ports/subgraph.ts";

export interface HeaderRules {
	/** Sent with every request. */
	readonly fixed: Readonly<Record<string, string>>;
	/** Names of the client's headers that are passed on, in lower case. */
	readonly passed: readonly string[];
}

/** Those of the connection, of the body, and those by which a subgraph knows the gateway: no client sets them. */
const own =
	/^(host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|traceparent|tracestate|content-.*|accept|accept-encoding|x-request-id|proxy-.*|featuregraph-.*)$/;

/** May a header of this name be configured to be passed on, or to be sent? */
export const isConfigurableHeader = (name: string): boolean =>
	/^[a-z0-9!#$%&'*+.^_`|~-]+$/.test(name) && !own.test(name);

/** Adds to `headers`, names and values in turn, what a request carries of its operation. */
export function addContextHeaders(headers: string[], { fixed, passed }: HeaderRules, context: OperationContext): void {
	headers.push("x-request-id", context.requestId);
	const carried: Record<string, string> = {};
	propagation.inject(currentSpan.active(), carried);
	const traced = carried["traceparent"] !== undefined;
	for (const name in carried) headers.push(name, carried[name] ?? "");
	if (!traced && context.trace !== undefined) addTrace(headers, context.trace);
	for (const name of passed) if (!(name in fixed)) add(headers, name, context.headers?.[name]);
	for (const name in fixed) headers.push(name, fixed[name] ?? "");
}

/** It is passed on without being asked for; a span of ours takes its place. */
function addTrace(headers: string[], { traceparent, tracestate }: NonNullable<OperationContext["trace"]>): void {
	headers.push("traceparent", traceparent);
	if (tracestate !== undefined) headers.push("tracestate", tracestate);
}

function add(headers: string[], name: string, value: string | readonly string[] | undefined): void {
	if (value === undefined) return;
	if (typeof value === "string") headers.push(name, value);
	else for (const each of value) headers.push(name, each);
}
