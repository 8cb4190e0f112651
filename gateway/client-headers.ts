import type { OperationContext } from "../core/ports/subgraph.ts";

type Headers = NonNullable<OperationContext["headers"]>;

/** Of a client's headers what subgraphs may see: those that are configured for one of them, and the trace. */
export function forSubgraphs(
	headers: Headers | undefined,
	passed: readonly string[],
): Pick<OperationContext, "headers" | "trace"> {
	if (headers === undefined) return {};
	const trace = traceOf(headers);
	return { ...(passed.length === 0 ? {} : { headers: only(headers, passed) }), ...(trace === null ? {} : { trace }) };
}

function only(headers: Headers, names: readonly string[]): Headers {
	return Object.fromEntries(names.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
}

function traceOf({ traceparent, tracestate }: Headers): NonNullable<OperationContext["trace"]> | null {
	if (typeof traceparent !== "string" || !/^[\da-f]{2}-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent))
		return null;
	return typeof tracestate === "string" ? { traceparent, tracestate } : { traceparent };
}
