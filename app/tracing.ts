import { context, propagation, type Tracer, trace } from "@opentelemetry/api";
import type { Closers } from "./closers.ts";

/**
 * The tracer of this process, where an exporter is configured as OpenTelemetry's own variables say
 * (OTEL_EXPORTER_OTLP_ENDPOINT and what refines it; OTEL_SERVICE_NAME in place of `service`); null, and nothing of it is loaded, where none is.
 */
export async function openTracing(
	env: Readonly<Record<string, string | undefined>>,
	service: string,
	closers: Pick<Closers, "add">,
): Promise<Tracer | null> {
	const configured = env["OTEL_EXPORTER_OTLP_ENDPOINT"] ?? env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"];
	if (configured === undefined || configured === "") return null;
	const [{ OTLPTraceExporter }, { BatchSpanProcessor, NodeTracerProvider }, resources] = await Promise.all([
		import("@opentelemetry/exporter-trace-otlp-http"),
		import("@opentelemetry/sdk-trace-node"),
		import("@opentelemetry/resources"),
	]);
	const named = resources.resourceFromAttributes({ "service.name": service });
	const given = resources.detectResources({ detectors: [resources.envDetector] });
	const provider = new NodeTracerProvider({
		resource: resources.defaultResource().merge(named).merge(given),
		spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
	});
	provider.register();
	closers.add("traces", async () => {
		await provider.shutdown();
		trace.disable();
		context.disable();
		propagation.disable();
	});
	return provider.getTracer(service);
}
