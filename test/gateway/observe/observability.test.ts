import { context, propagation, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { spansOf } from "../../../gateway/observe/spans.ts";
import { type Running, startGateway } from "../support/gateway.ts";

const exporter = new InMemorySpanExporter();
const provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let running: Running;
beforeAll(async () => {
	provider.register();
	running = await startGateway({
		tracer: provider.getTracer("test"),
		limits: { slowOperationMillis: 50, namedOperations: 2 },
	});
});
afterAll(async () => {
	await running.gateway.close();
	await provider.shutdown();
	trace.disable();
	context.disable();
	propagation.disable();
});

const metrics = async (): Promise<string> => (await fetch(`${running.url}/metrics`)).text();
const spans = () => exporter.getFinishedSpans();
const spanOf = (name: string) => {
	const found = spans().find((span) => span.name === name);
	if (found === undefined)
		throw new Error(
			`No span ${name} among ${spans()
				.map((span) => span.name)
				.join(", ")}`,
		);
	return found;
};

describe("traces", () => {
	test("have a span for the operation, its steps and each fetch, in the trace of the client", async () => {
		exporter.reset();
		const traceId = "0af7651916cd43dd8448eb211c80319c";
		const traceparent = `00-${traceId}-b7ad6b7169203331-01`;
		await running.post("query Traced { things { name value } }", {}, { traceparent, "x-request-id": "traced" });
		const operation = spanOf("query Traced");
		expect(operation.spanContext().traceId).toBe(traceId);
		expect(operation.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
		expect(operation.attributes).toMatchObject({
			"featuregraph.request.id": "traced",
			"graphql.operation.type": "query",
		});
		const own = operation.spanContext().spanId;
		for (const step of ["admit", "plan", "execute"]) expect(spanOf(step).parentSpanContext?.spanId).toBe(own);
		const execute = spanOf("execute").spanContext().spanId;
		expect(spanOf("fetch registry").parentSpanContext?.spanId).toBe(execute);
		expect(spanOf("fetch serving")).toMatchObject({
			attributes: { "featuregraph.subgraph": "serving", "featuregraph.representations": 2 },
		});
	});

	test("go on to subgraphs without what else a client sends along", async () => {
		const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
		const span = spansOf(provider.getTracer("test"))("request", { traceparent, baggage: "role=admin" });
		const carried = await span.step("fetch", async () => {
			const headers: Record<string, string> = {};
			propagation.inject(context.active(), headers);
			return headers;
		});
		expect(Object.keys(carried)).toEqual(["traceparent"]);
	});

	test("have a span for a read of features, in the trace of the client", async () => {
		const features = async ({ requestId }: { readonly requestId: string }) => {
			if (requestId === "failing") throw new Error("no");
			return JSON.stringify(trace.getActiveSpan()?.spanContext().spanId);
		};
		const reading = await startGateway({ tracer: provider.getTracer("test"), features });
		try {
			exporter.reset();
			const read = (id: string) =>
				fetch(`${reading.url}/features`, {
					method: "POST",
					headers: {
						"content-type": "application/json",
						traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
						"x-request-id": id,
					},
					body: "{}",
				});
			const within: unknown = await (await read("read")).json();
			const span = spanOf("POST /features");
			expect(span.parentSpanContext?.spanId).toBe("b7ad6b7169203331");
			expect(span.spanContext()).toMatchObject({ traceId: "0af7651916cd43dd8448eb211c80319c", spanId: within });
			expect(span.attributes).toEqual({ "featuregraph.request.id": "read" });
			exporter.reset();
			await read("failing");
			expect(spanOf("POST /features").status.code).toBe(2);
		} finally {
			await reading.gateway.close();
		}
	});

	test("say which codes an operation failed with, and nothing of messages and values", async () => {
		exporter.reset();
		await running.post('query Failing { things { broken } secret: message(of: "hunter2") }');
		expect(spanOf("query Failing").attributes["graphql.error.codes"]).toEqual(["STORE_UNAVAILABLE"]);
		expect(spanOf("fetch serving").status.code).toBe(2);
		expect(JSON.stringify(spans().map(({ name, attributes, status }) => ({ name, attributes, status })))).not.toMatch(
			/hunter2|does not answer/,
		);
	});

	test("end for what is refused, too", async () => {
		exporter.reset();
		await running.post("{ nothingLikeIt }");
		expect(spanOf("graphql").attributes["graphql.error.codes"]).toEqual(["GRAPHQL_VALIDATION_FAILED"]);
	});
});

describe("metrics", () => {
	test("tell operations by name, and fetches by subgraph and outcome", async () => {
		await running.post("query Named { things { name value } }");
		await running.post("{ things { broken } }");
		const text = await metrics();
		expect(text).toMatch(
			/featuregraph_gateway_named_operation_seconds_count\{operation="anonymous",outcome="errors"\} \d/,
		);
		expect(text).toMatch(/featuregraph_gateway_fetch_seconds_count\{subgraph="registry",outcome="ok"\} \d/);
		expect(text).toMatch(/featuregraph_gateway_fetch_seconds_count\{subgraph="serving",outcome="errors"\} \d/);
	});

	test("keep so many names and no more, whatever clients call their operations", async () => {
		for (let index = 0; index < 20; index += 1) await running.post(`query Name${index} { served }`);
		const names = new Set(
			[...(await metrics()).matchAll(/named_operation_seconds_count\{operation="(\w+)"/g)].map(([, name]) => name),
		);
		expect(names.size).toBeLessThanOrEqual(4);
		expect(names).toContain("other");
	});

	test("count plans that were there and plans that were not", async () => {
		const count = async (cache: string) =>
			Number(new RegExp(`gateway_plans_total\\{cache="${cache}"\\} (\\d+)`).exec(await metrics())?.[1] ?? 0);
		const [hits, misses] = [await count("hit"), await count("miss")];
		await running.post("query Twice { things { timesAsked } }");
		await running.post("query Twice { things { timesAsked } }");
		expect(await count("miss")).toBe(misses + 1);
		expect(await count("hit")).toBe(hits + 1);
	});
});

describe("a slow operation", () => {
	test("is logged with its plan and its fetches, and without anything that the client sent", async () => {
		const query =
			'query Slow($of: String) { slow(millis: 80) message(of: $of) other: message(of: "literal") things { value } }';
		await running.post(query, { of: "hunter2" }, { "x-request-id": "slow-one" });
		const logged = running.logs.find(({ fields }) => fields["requestId"] === "slow-one");
		expect(logged).toMatchObject({
			level: "warn",
			fields: {
				requestId: "slow-one",
				operation: "Slow",
				kind: "query",
				plan: "(registry > serving things.@)",
				fetches: [{ subgraph: "registry" }, { subgraph: "serving", representations: 2 }],
			},
		});
		expect(JSON.stringify(logged)).not.toMatch(/hunter2|literal/);
	});
});
