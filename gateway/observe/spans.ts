import {
	type Context,
	context,
	propagation,
	type Span,
	SpanKind,
	type SpanOptions,
	SpanStatusCode,
	type Tracer,
	trace,
} from "@opentelemetry/api";
import type { ExecutionResult } from "graphql";
import type { OperationContext } from "../../core/ports/subgraph.ts";
import type { FetchObserver } from "../execute/fetch-observer.ts";

/** The spans of one operation. Those within it are its children, and what runs in them can make more. */
export interface OperationSpan {
	/** A step of the operation. */
	step<T>(name: string, run: () => Promise<T>): Promise<T>;
	/** One that is done at once. */
	stepNow<T>(name: string, run: () => T): T;
	named(name: string | null, kind: string): void;
	observeFetch(inner: FetchObserver): FetchObserver;
	ended(errors?: ExecutionResult["errors"]): void;
}

/** Begins the span of an operation, in the trace of the client where its headers name one. */
export type BeginSpan = (requestId: string, headers: OperationContext["headers"]) => OperationSpan;

/** A span around a request that is no operation of GraphQL, in the trace of the client where its headers name one. */
export type TraceRequest = <T>(
	name: string,
	request: { readonly id: string; readonly headers: NonNullable<OperationContext["headers"]> },
	run: () => Promise<T>,
) => Promise<T>;

export const requestTracer =
	(tracer: Tracer): TraceRequest =>
	(name, { id, headers }, run) => {
		const options = { kind: SpanKind.SERVER, attributes: { [requestIdAttribute]: id } };
		return inSpan(tracer, traceOf(headers), name, options, run);
	};

const requestIdAttribute = "featuregraph.request.id";

/** Nothing else of a client's goes on to subgraphs unasked: no baggage. */
const traceOf = ({ traceparent, tracestate }: NonNullable<OperationContext["headers"]>): Context =>
	propagation.extract(context.active(), { traceparent, tracestate });

export function spansOf(tracer: Tracer): BeginSpan {
	return (requestId, headers = {}) => {
		const from = traceOf(headers);
		const span = tracer.startSpan(
			"graphql",
			{ kind: SpanKind.SERVER, attributes: { [requestIdAttribute]: requestId } },
			from,
		);
		const within = trace.setSpan(from, span);
		return {
			step: (name, run) => inSpan(tracer, within, name, {}, run),
			stepNow(name, run) {
				const step = tracer.startSpan(name, {}, within);
				try {
					return run();
				} finally {
					step.end();
				}
			},
			named(name, kind) {
				span.updateName(name === null ? kind : `${kind} ${name}`);
				span.setAttribute("graphql.operation.type", kind);
				if (name !== null) span.setAttribute("graphql.operation.name", name);
			},
			observeFetch: (inner) => (fetch, run) => {
				const { subgraph, operation, representations } = fetch;
				const attributes = {
					"featuregraph.subgraph": subgraph.name,
					"graphql.operation.type": operation.kind,
					"featuregraph.representations": representations,
				};
				return inSpan(tracer, context.active(), `fetch ${subgraph.name}`, { attributes }, async (own) => {
					const result = await inner(fetch, run);
					countErrors(own, result.errors);
					return result;
				});
			},
			ended(errors) {
				countErrors(span, errors);
				span.end();
			},
		};
	};
}

async function inSpan<T>(
	tracer: Tracer,
	parent: Context,
	name: string,
	options: SpanOptions,
	run: (span: Span) => Promise<T>,
): Promise<T> {
	const span = tracer.startSpan(name, options, parent);
	try {
		return await context.with(trace.setSpan(parent, span), () => run(span));
	} catch (error) {
		span.setStatus({ code: SpanStatusCode.ERROR });
		throw error;
	} finally {
		span.end();
	}
}

/** Their messages may hold what a client sent: a trace has the codes alone. */
function countErrors(span: Span, errors: ExecutionResult["errors"] = []): void {
	if (errors.length === 0) return;
	const codes = [
		...new Set(errors.map(({ extensions: { code } }) => (typeof code === "string" ? code : "INTERNAL_SERVER_ERROR"))),
	];
	span.setStatus({ code: SpanStatusCode.ERROR });
	span.setAttribute("graphql.errors", errors.length);
	span.setAttribute("graphql.error.codes", codes);
}
