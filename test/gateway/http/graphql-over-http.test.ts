import { auditServer } from "graphql-http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway();
});
afterAll(() => running.gateway.close());

const get = (query: string, headers: Record<string, string> = {}) =>
	fetch(`${running.url}/graphql?${query}`, { headers });

describe("GraphQL over HTTP", () => {
	it("passes the whole audit of graphql-http", async () => {
		const results = await auditServer({ url: `${running.url}/graphql` });
		expect(results.filter(({ status }) => status !== "ok").map((result) => `${result.name}: ${result.status}`)).toEqual(
			[],
		);
		expect(results).toHaveLength(61);
	});

	it("answers a query over subgraph borders", async () => {
		const answer = await running.post("{ things { id name value } }");
		expect(answer.raw).toEqual({
			data: {
				things: [
					{ id: "1", name: "one", value: 10 },
					{ id: "2", name: "two", value: 20 },
				],
			},
		});
	});

	it("takes a GET with variables and an operation's name", async () => {
		const query = encodeURIComponent("query A($id: ID!) { thing(id: $id) { name } } query B { served }");
		const response = await get(`query=${query}&operationName=A&variables=${encodeURIComponent('{"id":"2"}')}`);
		expect(await response.json()).toEqual({ data: { thing: { name: "two" } } });
	});

	it("refuses a mutation by GET, and changes nothing", async () => {
		const response = await get(`query=${encodeURIComponent('mutation { write(id: "1", value: 99) { id } }')}`);
		expect(response.status).toBe(405);
		expect(response.headers.get("allow")).toBe("POST");
		expect(running.world.values.get("1")).toBe(10);
	});

	it.each(["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])(
		"refuses a body of %s, which a foreign page sends without a preflight",
		async (contentType) => {
			const body = JSON.stringify({ query: 'mutation { write(id: "1", value: 99) { id } }' });
			const response = await fetch(`${running.url}/graphql`, {
				method: "POST",
				headers: { "content-type": contentType },
				body,
			});
			expect(response.status).toBe(415);
			expect(running.world.values.get("1")).toBe(10);
		},
	);

	it("refuses a list of operations", async () => {
		const response = await fetch(`${running.url}/graphql`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify([{ query: "{ served }" }]),
		});
		expect(response.status).toBe(400);
	});

	it("answers 406 to a media type that it does not have", async () => {
		expect((await get("query={served}", { accept: "image/png" })).status).toBe(406);
	});

	it("answers 413 to a body over the limit", async () => {
		const small = await startGateway({ limits: { bodyBytes: 1000 } });
		try {
			const answer = await small.post(`{ served } # ${"x".repeat(2000)}`);
			expect(answer.status).toBe(413);
			expect(answer.errors?.[0]?.extensions["code"]).toBe("LIMIT_EXCEEDED");
		} finally {
			await small.gateway.close();
		}
	});

	it("answers 401 and 403 by either media type", async () => {
		for (const accept of ["application/json", "application/graphql-response+json"]) {
			expect((await running.post("{ served }", {}, { accept, authorization: "rubbish" })).status).toBe(401);
			const answer = await running.post("{ served }", {}, { accept, authorization: "Bearer nobody" });
			expect(answer.status).toBe(403);
			expect(answer.errors?.[0]?.extensions["code"]).toBe("FORBIDDEN");
			expect(answer.raw).not.toHaveProperty("data");
		}
	});

	it("tells who may not enter nothing of the schema", async () => {
		const answer = await running.post("{ servd }", {}, { authorization: "rubbish" });
		expect(answer.status).toBe(401);
		expect(JSON.stringify(answer.raw)).not.toContain("serv");
	});

	it("answers 405 to other methods", async () => {
		const response = await fetch(`${running.url}/graphql`, { method: "DELETE" });
		expect(response.status).toBe(405);
		expect(response.headers.get("allow")).toContain("POST");
	});

	it("keeps the request id of the client and makes one where there is none", async () => {
		const given = await running.post("{ served }", {}, { "x-request-id": "abc-123" });
		expect(given.headers.get("x-request-id")).toBe("abc-123");
		const made = await running.post("{ served }", {}, { "x-request-id": "no spaces\tor tabs" });
		expect(made.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}\.\d+$/);
	});

	it("lets pages of listed origins alone call", async () => {
		const open = await startGateway({ corsOrigins: ["https://console.example.org"] });
		try {
			const preflight = (url: string, origin: string) =>
				fetch(`${url}/graphql`, {
					method: "OPTIONS",
					headers: {
						origin,
						"access-control-request-method": "POST",
						"access-control-request-headers": "content-type",
					},
				});
			const allowed = await preflight(open.url, "https://console.example.org");
			expect(allowed.headers.get("access-control-allow-origin")).toBe("https://console.example.org");
			const foreign = await preflight(open.url, "https://evil.example.org");
			expect(foreign.headers.get("access-control-allow-origin")).toBeNull();
			const closed = await preflight(running.url, "https://console.example.org");
			expect(closed.headers.get("access-control-allow-origin")).toBeNull();
		} finally {
			await open.gateway.close();
		}
	});

	it("streams a subscription as server-sent events", async () => {
		const left = new AbortController();
		const response = await fetch(`${running.url}/graphql`, {
			method: "POST",
			headers: { "content-type": "application/json", accept: "text/event-stream" },
			body: JSON.stringify({ query: "subscription { changes { id name } }" }),
			signal: left.signal,
		});
		expect(response.headers.get("content-type")).toContain("text/event-stream");
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("2");
		const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
		expect((await reader?.read())?.value).toBe('event: next\ndata: {"data":{"changes":{"id":"2","name":"two"}}}\n\n');
		left.abort();
		await expect.poll(() => running.world.listening).toBe(0);
	});

	it("says where a subscription without a stream belongs", async () => {
		const answer = await running.post("subscription { changes { id } }");
		expect(answer.status).toBe(405);
		expect(answer.errors?.[0]?.extensions["hint"]).toContain("graphql-transport-ws");
	});
});
