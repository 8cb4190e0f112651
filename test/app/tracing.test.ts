import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, test } from "vitest";
import { openTracing } from "../../app/tracing.ts";

const endpoint = "OTEL_EXPORTER_OTLP_ENDPOINT";
afterEach(() => {
	Reflect.deleteProperty(process.env, endpoint);
});

function closers() {
	const added: (() => Promise<void>)[] = [];
	return {
		add: (_: string, close: () => Promise<void>) => void added.push(close),
		close: async () => {
			for (const close of added) await close();
		},
		get count() {
			return added.length;
		},
	};
}

test("nothing is traced where no exporter is configured", async () => {
	const opened = closers();
	expect(await openTracing({}, "gateway", opened)).toBeNull();
	expect(opened.count).toBe(0);
});

test("spans reach the OTLP endpoint that the environment names, the last ones when the process closes", async () => {
	const received: { readonly url: string | undefined; readonly body: string }[] = [];
	const server = createServer((request, response) => {
		void text(request).then((body) => {
			received.push({ url: request.url, body });
			response.setHeader("content-type", "application/json");
			response.end("{}");
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	// The exporter reads it from the process by itself.
	process.env[endpoint] = `http://127.0.0.1:${port}`;
	const opened = closers();
	const tracer = await openTracing(process.env, "gateway", opened);
	tracer?.startSpan("query Traced").end();
	await opened.close();
	server.close();
	expect(received).toHaveLength(1);
	expect(received[0]?.url).toBe("/v1/traces");
	expect(received[0]?.body).toContain('"query Traced"');
	expect(received[0]?.body).toContain('"stringValue":"gateway"');
});
