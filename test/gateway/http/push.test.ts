import { once } from "node:events";
import { request as httpRequest, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import type { PushRequest, TakePush } from "../../../core/ports/take-push.ts";
import { type Running, startGateway } from "../support/gateway.ts";

const arrow = "application/vnd.apache.arrow.stream";
const asked: PushRequest[] = [];
let answer: TakePush;
let running: Running;
beforeAll(async () => {
	running = await startGateway({
		push: (request) => {
			asked.push(request);
			return answer(request);
		},
		limits: { operationMillis: 300, operationsPerPrincipal: 2, bodyBytes: 10_000 },
	});
});
afterAll(() => running.gateway.close());
beforeEach(() => {
	asked.length = 0;
	answer = async () => '{"accepted":1}';
});

const post = (headers: Record<string, string> = {}, body: string | Uint8Array<ArrayBuffer> = "{}", path = "/push") =>
	fetch(`${running.url}${path}`, {
		method: "POST",
		headers: { "content-type": "application/json", ...headers },
		body,
	});
const codeOf = async (response: Response): Promise<unknown> =>
	((await response.json()) as { errors: { extensions: { code: string } }[] }).errors[0]?.extensions.code;

describe("the door of pushes", () => {
	it("passes on what came, from whom and under which keys", async () => {
		const headers = { authorization: "Bearer alice", "x-request-id": "r-1", "idempotency-key": "k-1" };
		const response = await post(headers, '{"a":1}');
		expect([response.status, await response.text()]).toEqual([200, '{"accepted":1}']);
		expect(Object.fromEntries(response.headers)).toMatchObject({
			"content-type": "application/json; charset=utf-8",
			"x-request-id": "r-1",
			"cache-control": "no-store",
		});
		expect(asked[0]).toMatchObject({
			format: "json",
			request: null,
			idempotencyKey: "k-1",
			requestId: "r-1",
			principal: { id: "alice" },
		});
		expect(Buffer.from(asked[0]?.body ?? []).toString()).toBe('{"a":1}');

		await post({ "content-type": arrow }, Uint8Array.of(9), "/push?request=%7B%22into%22%3A1%7D");
		expect(asked[1]).toMatchObject({ format: "arrow", request: '{"into":1}', idempotencyKey: null });
	});

	it.each<[string, Record<string, string>, number, string]>([
		["another body", { "content-type": "text/plain" }, 415, "BAD_USER_INPUT"],
		["a compressed body", { "content-encoding": "gzip" }, 415, "BAD_USER_INPUT"],
		["a false token", { authorization: "rubbish" }, 401, "UNAUTHENTICATED"],
		["one who may not enter", { authorization: "Bearer nobody" }, 403, "FORBIDDEN"],
		["a foreign page", { origin: "https://elsewhere.example" }, 403, "FORBIDDEN"],
	])("refuses %s", async (_, headers, status, code) => {
		const response = await post(headers);
		expect([response.status, await codeOf(response)]).toEqual([status, code]);
		expect(asked).toEqual([]);
	});

	it("takes one idempotency key, which may have a comma in it", async () => {
		const keyed = async (keys: string | string[]): Promise<unknown> => {
			const sent = httpRequest(`${running.url}/push`, {
				method: "POST",
				headers: { "content-type": "application/json", "idempotency-key": keys, "content-length": 2 },
			});
			sent.end("{}");
			const [response] = (await once(sent, "response")) as [IncomingMessage];
			response.resume();
			await once(response, "end");
			return response.statusCode;
		};
		expect(await keyed("a, b")).toBe(200);
		expect(asked.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["a, b"]);
		expect(await keyed(["a", "b"])).toBe(400);
		expect(asked).toHaveLength(1);
	});

	it("tells who takes it that the client has left", async () => {
		const errors = () => running.logs.filter(({ level }) => level === "error").length;
		const before = errors();
		const taking = Promise.withResolvers<PushRequest>();
		answer = (request) => {
			taking.resolve(request);
			return new Promise((_, reject) =>
				request.signal.addEventListener("abort", () => reject(request.signal.reason as Error)),
			);
		};
		const left = new AbortController();
		const response = fetch(`${running.url}/push`, {
			method: "POST",
			headers: { "content-type": "application/json", authorization: "Bearer leaver" },
			body: "{}",
			signal: left.signal,
		});
		const { signal } = await taking.promise;
		expect(signal.aborted).toBe(false);
		left.abort();
		await expect(response).rejects.toThrow();
		await expect.poll(() => signal.aborted).toBe(true);
		answer = async () => "{}";
		await post();
		expect(errors()).toBe(before);
	});

	it("refuses a body that is too large", async () => {
		const response = await post({}, `"${"x".repeat(10_000)}"`);
		expect(response.status).toBe(413);
		expect(await response.json()).toMatchObject({
			errors: [{ extensions: { code: "LIMIT_EXCEEDED", hint: expect.stringContaining("in parts") as string } }],
		});
	});

	it("answers errors that were meant with their code and status, and hides the others", async () => {
		answer = async () => {
			throw new FeaturegraphError("UNKNOWN_SOURCE", "There is no source.", { name: "s", nearest: ["t"] });
		};
		const meant = await post();
		expect([meant.status, await meant.json()]).toEqual([
			404,
			{
				errors: [{ message: "There is no source.", extensions: { code: "UNKNOWN_SOURCE", name: "s", nearest: ["t"] } }],
			},
		]);
		answer = async () => {
			throw new Error("password=1");
		};
		const hidden = await post();
		expect(hidden.status).toBe(500);
		expect(await hidden.text()).not.toContain("password");
	});

	it("gives each principal so many places, and a deadline", async () => {
		answer = () => new Promise<string>(() => {});
		const codes = await Promise.all(
			[1, 2, 3].map(async () => {
				const response = await post({ authorization: "Bearer busy" });
				return [response.status, await codeOf(response)];
			}),
		);
		expect(codes.sort()).toEqual([
			[429, "RATE_LIMITED"],
			[504, "DEADLINE_EXCEEDED"],
			[504, "DEADLINE_EXCEEDED"],
		]);
	});

	it("is counted", async () => {
		await post();
		const metrics = await (await fetch(`${running.url}/metrics`)).text();
		expect(metrics).toMatch(/featuregraph_gateway_push_seconds_count\{format="json",outcome="ok"\} \d/);
	});
});
