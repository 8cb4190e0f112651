import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { FeaturesRequest, ReadFeatures } from "../../../core/ports/read-features.ts";
import { type Running, startGateway } from "../support/gateway.ts";

const arrow = "application/vnd.apache.arrow.stream";
const asked: FeaturesRequest[] = [];
let answer: ReadFeatures;
let running: Running;
beforeAll(async () => {
	running = await startGateway({
		features: (request) => {
			asked.push(request);
			return answer(request);
		},
		limits: { operationMillis: 300, operationsPerPrincipal: 2, bodyBytes: 10_000 },
	});
});
afterAll(() => running.gateway.close());
beforeEach(() => {
	asked.length = 0;
	answer = async ({ answer: format }) => (format === "json" ? '{"rowCount":0}' : Uint8Array.of(1, 2, 3));
});

const post = (
	headers: Record<string, string> = {},
	body: string | Uint8Array<ArrayBuffer> = "{}",
	path = "/features",
) =>
	fetch(`${running.url}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body,
	});
const codeOf = async (response: Response): Promise<unknown> =>
	((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

describe("the door", () => {
	it("passes on what came, from whom and under which request id", async () => {
		const response = await post({ authorization: "Bearer alice", "x-request-id": "r-1" }, '{"a":1}');
		expect(response.status).toBe(200);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			"content-type": "application/json; charset=utf-8",
			"x-request-id": "r-1",
			"cache-control": "no-store",
		});
		expect(await response.text()).toBe('{"rowCount":0}');
		expect(asked[0]).toMatchObject({
			format: "json",
			answer: "json",
			request: null,
			requestId: "r-1",
			principal: { id: "alice" },
		});
		expect(Buffer.from(asked[0]?.body ?? []).toString()).toBe('{"a":1}');
	});

	it("takes and gives Arrow by its media type, and the request from the URL", async () => {
		const response = await post(
			{ "content-type": arrow },
			Uint8Array.of(9),
			"/features?request=%7B%22select%22%3A1%7D",
		);
		expect(response.headers.get("content-type")).toBe(arrow);
		expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([1, 2, 3]);
		expect(asked[0]).toMatchObject({ format: "arrow", answer: "arrow", request: '{"select":1}' });
		await post({ "content-type": arrow, accept: "application/json" }, Uint8Array.of(9));
		await post({ accept: `${arrow}, application/json;q=0.5` });
		expect(asked.slice(1).map(({ format, answer: wanted }) => [format, wanted])).toEqual([
			["arrow", "json"],
			["json", "arrow"],
		]);
	});

	it.each<[string, Record<string, string>, number, string]>([
		["another body", { "content-type": "text/plain" }, 415, "BAD_USER_INPUT"],
		["a compressed body", { "content-encoding": "gzip" }, 415, "BAD_USER_INPUT"],
		["another answer", { accept: "text/html" }, 406, "BAD_USER_INPUT"],
		["a false token", { authorization: "rubbish" }, 401, "UNAUTHENTICATED"],
		["one who may not enter", { authorization: "Bearer nobody" }, 403, "FORBIDDEN"],
		["a foreign page", { origin: "https://elsewhere.example" }, 403, "FORBIDDEN"],
	])("refuses %s", async (_, headers, status, code) => {
		const response = await post(headers);
		expect(response.status).toBe(status);
		expect(await codeOf(response)).toBe(code);
		expect(asked).toEqual([]);
	});

	it("answers the same where the framework has to read the request", async () => {
		const rows = new ReadableStream({
			start(controller) {
				controller.enqueue(Buffer.from('{"a":'));
				controller.enqueue(Buffer.from("1}"));
				controller.close();
			},
		});
		const init: RequestInit & { duplex: "half" } = {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: rows,
			duplex: "half",
		};
		const unbounded = await fetch(`${running.url}/features`, init);
		const plain = await post({}, '{"a":1}');
		expect(await unbounded.text()).toBe(await plain.text());
		const named = ["content-type", "cache-control", "x-content-type-options", "content-length"];
		const headersOf = (response: Response) => named.map((name) => response.headers.get(name));
		expect(headersOf(unbounded)).toEqual(headersOf(plain));
		for (const query of ["request=1&other=2", "other=2", "request=%ZZ", "request=a+b"])
			await post({}, "{}", `/features?${query}`);
		expect(asked.map(({ body, request }) => [Buffer.from(body).toString(), request])).toEqual([
			['{"a":1}', null],
			['{"a":1}', null],
			["{}", "1"],
			["{}", null],
			["{}", "%ZZ"],
			["{}", "a b"],
		]);
	});

	it("tells who reads that the client has left", async () => {
		const errors = () => running.logs.filter(({ level }) => level === "error").length;
		const before = errors();
		const reading = Promise.withResolvers<FeaturesRequest>();
		answer = (request) => {
			reading.resolve(request);
			return new Promise((_, reject) =>
				request.signal.addEventListener("abort", () => reject(request.signal.reason as Error)),
			);
		};
		const left = new AbortController();
		const response = fetch(`${running.url}/features`, {
			method: "POST",
			headers: { "content-type": "application/json", authorization: "Bearer leaver" },
			body: "{}",
			signal: left.signal,
		});
		const { signal } = await reading.promise;
		expect(signal.aborted).toBe(false);
		left.abort();
		await expect(response).rejects.toThrow();
		await expect.poll(() => signal.aborted).toBe(true);
		await post({ "x-request-id": "after" });
		expect(errors()).toBe(before);
	});

	it("refuses a body that is too large", async () => {
		const response = await post({}, `"${"x".repeat(10_000)}"`);
		expect([response.status, await codeOf(response)]).toEqual([413, "LIMIT_EXCEEDED"]);
	});

	it("answers errors that were meant with their code and status, and hides the others", async () => {
		answer = async () => {
			throw new FeaturegraphError("UNKNOWN_VIEW", "There is no view.", { name: "v", nearest: ["w"], hint: "h" });
		};
		const meant = await post();
		expect(meant.status).toBe(404);
		expect(await meant.json()).toEqual({
			errors: [
				{ message: "There is no view.", extensions: { code: "UNKNOWN_VIEW", name: "v", nearest: ["w"], hint: "h" } },
			],
		});
		answer = async () => {
			throw new Error("password=1");
		};
		const hidden = await post({ "x-request-id": "r-2" });
		expect(hidden.status).toBe(500);
		expect(await hidden.text()).not.toContain("password");
		expect(running.logs).toContainEqual(
			expect.objectContaining({ level: "error", fields: expect.objectContaining({ requestId: "r-2" }) as object }),
		);
	});

	it("gives each principal so many places, and a deadline", async () => {
		answer = () => new Promise<string>(() => {});
		const [first, second, third] = await Promise.all(
			[1, 2, 3].map(async () => {
				const response = await post({ authorization: "Bearer busy" });
				return [response.status, await codeOf(response)];
			}),
		);
		const codes = [first, second, third].sort();
		expect(codes).toEqual([
			[429, "RATE_LIMITED"],
			[504, "DEADLINE_EXCEEDED"],
			[504, "DEADLINE_EXCEEDED"],
		]);
	});

	it("is counted", async () => {
		await post();
		const metrics = await (await fetch(`${running.url}/metrics`)).text();
		expect(metrics).toMatch(/featuregraph_gateway_features_seconds_count\{format="json",outcome="ok"\} \d/);
	});
});

it("is not there where nothing reads features", async () => {
	const bare = await startGateway();
	try {
		expect((await fetch(`${bare.url}/features`, { method: "POST" })).status).toBe(404);
	} finally {
		await bare.gateway.close();
	}
});
