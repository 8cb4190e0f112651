import type { ExecutionResult } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { NonceMemory } from "../../../../core/access/nonce-memory.ts";
import { signatureSkewMillis, signingKeys, verifySignedRequest } from "../../../../core/access/signed-request.ts";
import type { HttpSubgraphOptions } from "../../../../gateway/transport/http/http-subgraph.ts";
import { requestSigner } from "../../../../gateway/transport/http/request-signer.ts";
import { principalNamed, type Refusal, requestOf, subgraphAt } from "./support/ask.ts";
import { answerJson, answerText, startHttpServer } from "./support/http-server.ts";
import { startSubscriptions, startWebSocketServer } from "./support/subscription-servers.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

type Events = AsyncIterableIterator<ExecutionResult>;
const keys = signingKeys(["an example secret of 32 characters"]);

const refusal = (error: unknown): Refusal => error as Refusal;

describe.for(["sse", "ws"] as const)("a subscription of a subgraph over %s", (protocol) => {
	async function start(options: Partial<HttpSubgraphOptions> = {}, admit?: Parameters<typeof startSubscriptions>[1]) {
		const server = await startSubscriptions(protocol, admit);
		const { subgraph, logs } = subgraphAt(server.url, { subscriptions: { protocol, url: server.url }, ...options });
		closing.push(() => subgraph.close(), server.close);
		const follow = async (text: string, context = {}) =>
			(await subgraph.subscribe(requestOf(text, { context }))) as Events;
		return { server, subgraph, logs, follow };
	}

	it("gives its events in order, then ends", async () => {
		const { server, follow } = await start();
		const counts: unknown[] = [];
		for await (const { data } of await follow("subscription { count(to: 500) }")) counts.push(data?.["count"]);
		expect(counts).toEqual(Array.from({ length: 500 }, (_, index) => index + 1));
		await expect.poll(() => server.running).toBe(0);
		await expect.poll(() => server.connections()).toBe(0);
	});

	it("ends at the subgraph as soon as nobody takes it any more", async () => {
		const { server, follow } = await start();
		const events = await follow("subscription { count }");
		await events.next();
		server.going = false;
		expect(server.running).toBe(1);
		await events.return?.();
		server.going = true;
		await expect.poll(() => server.running).toBe(0);
		await expect.poll(() => server.connections()).toBe(0);
		expect(await events.next()).toEqual({ done: true, value: undefined });
	});

	it("ends at the subgraph as soon as the operation ends, also while an event is awaited", async () => {
		const { server, follow } = await start();
		const ending = new AbortController();
		const events = await follow("subscription { count }", { signal: ending.signal });
		await events.next();
		server.going = false;
		const drained = (async () => {
			for await (const _ of events);
		})();
		ending.abort();
		await drained;
		server.going = true;
		await expect.poll(() => server.running).toBe(0);
		await expect.poll(() => server.connections()).toBe(0);
	});

	it("ends with an error that names the subgraph when the subgraph goes", async () => {
		const { server, follow } = await start();
		const events = await follow("subscription { count }");
		await events.next();
		server.going = false;
		const drained = (async () => {
			for await (const _ of events);
		})();
		server.breakOff();
		const error = await drained.catch(refusal);
		expect(error).toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
			message: "The subgraph `things` does not answer.",
			details: { name: "things" },
		});
	});

	it("that is refused is a result with its errors", async () => {
		const { subgraph } = await start();
		const answer = await subgraph.subscribe(requestOf("subscription { refused }"));
		const result = Symbol.asyncIterator in answer ? ((await answer.next()).value as ExecutionResult) : answer;
		expect(result.errors?.[0]).toMatchObject({ message: "Not for you.", extensions: { code: "FORBIDDEN" } });
		if (Symbol.asyncIterator in answer) expect((await answer.next()).done).toBe(true);
	});

	it("is bounded in number", async () => {
		const { server, follow } = await start({ limits: { subscriptions: 1 } });
		const first = await follow("subscription { count }");
		expect(await follow("subscription { count }").catch(refusal)).toMatchObject({ code: "OVERLOADED" });
		await first.return?.();
		await expect.poll(() => server.connections()).toBe(0);
		await (await follow("subscription { count }")).return?.();
	});

	it("says who asks, in a form that nobody can forge", async () => {
		const sign = requestSigner(keys[0]!, { subgraph: "things" });
		const { server, follow } = await start({ sign, passedHeaders: ["x-tenant"] });
		const context = { principal: principalNamed("grace"), headers: { "x-tenant": "eu", cookie: "no" } };
		const events = await follow("subscription { count(to: 1) }", context);
		await events.next();
		const { request, init } = server.asked[0]!;
		const { principal } = verifySignedRequest(
			{
				method: init === null ? "POST" : "GET",
				path: request.url!,
				body: init === null ? JSON.stringify({ query: "subscription { count(to: 1) }", variables: {} }) : "",
				headers: (init as Record<string, string> | null) ?? request.headers,
			},
			{
				subgraph: "things",
				keys,
				nonces: new NonceMemory({ limit: 9, windowMillis: signatureSkewMillis }),
				now: Date.now(),
			},
		);
		expect(principal.id).toBe("grace");
		expect(request.headers).toMatchObject({ "x-tenant": "eu", "x-request-id": "request-1" });
		expect(request.headers).not.toHaveProperty("cookie");
	});

	it("that cannot begin is an error that names the subgraph, and is counted by the circuit breaker", async () => {
		const { server, subgraph, follow } = await start({ limits: { failuresToOpen: 2 } });
		await server.close();
		for (let count = 0; count < 2; count += 1) {
			expect(await follow("subscription { count }").catch(refusal)).toMatchObject({
				code: "SUBGRAPH_UNAVAILABLE",
				details: { name: "things" },
			});
		}
		expect(subgraph.breaker()).toBe("open");
	});

	it("that a closed gateway had is over", async () => {
		const { server, subgraph, follow } = await start();
		const events = await follow("subscription { count }");
		await events.next();
		server.going = false;
		await subgraph.close();
		await expect.poll(() => server.connections()).toBe(0);
		for await (const _ of events);
	});
});

describe("a subscription over ws", () => {
	it("of a gateway that is not let in is no matter of the client's credentials", async () => {
		const server = await startSubscriptions("ws", () => false);
		const { subgraph } = subgraphAt(server.url, { subscriptions: { protocol: "ws", url: server.url } });
		closing.push(() => subgraph.close(), server.close);
		expect(await subgraph.subscribe(requestOf("subscription { count }")).catch(refusal)).toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
			message: "The subgraph `things` does not accept the requests of the gateway.",
		});
	});
});

describe("a client that takes slowly", { timeout: 120_000 }, () => {
	/** Takes one event, waits until no more are made, then takes them all and sees that more are made. */
	async function takeSlowly(events: Events, made: () => number): Promise<void> {
		await events.next();
		let before = -1;
		const standsStill = () => {
			const still = before > 0 && made() === before;
			before = made();
			return still;
		};
		await expect.poll(standsStill, { interval: 300, timeout: 20_000 }).toBe(true);
		const stood = made();
		for (let count = 2; count <= stood; count += 1) expect((await events.next()).value?.data?.["count"]).toBe(count);
		await expect.poll(made).toBeGreaterThan(stood);
	}
	const limits = { waitingEvents: 4 };

	it("is not read for over ws", async () => {
		const server = await startSubscriptions("ws");
		const { subgraph } = subgraphAt(server.url, { subscriptions: { protocol: "ws", url: server.url }, limits });
		closing.push(() => subgraph.close(), server.close);
		const events = (await subgraph.subscribe(requestOf("subscription { count }"))) as Events;
		await takeSlowly(events, () => server.made);
		server.going = false;
		await events.return?.();
		await expect.poll(() => server.connections()).toBe(0);
	});

	it("is not read for over sse", async () => {
		let made = 0;
		const server = await startHttpServer((response) => {
			response.writeHead(200, { "content-type": "text/event-stream" });
			const write = () => {
				let room = true;
				while (room && !response.destroyed) {
					made += 1;
					room = response.write(`event: next\ndata: {"data":{"count":${made}}}\n\n: ${"x".repeat(1000)}\n\n`);
				}
				response.once("drain", write);
			};
			write();
		});
		const { subgraph } = subgraphAt(server.url, { limits });
		closing.push(() => subgraph.close(), server.close);
		const events = (await subgraph.subscribe(requestOf("subscription { count }"))) as Events;
		await takeSlowly(events, () => made);
		await events.return?.();
		await expect.poll(() => server.connections()).toBe(0);
	});
});

describe("a hostile stream of events", () => {
	const streams: Readonly<Record<string, readonly [text: string | Buffer, code: string]>> = {
		"with an event that is not JSON": ["event: next\ndata: {\n\n", "SUBGRAPH_INVALID_RESPONSE"],
		"with an event of no data": ["event: next\n\n", "SUBGRAPH_INVALID_RESPONSE"],
		"with an event that is no result": ["event: next\ndata: []\n\n", "SUBGRAPH_INVALID_RESPONSE"],
		"with an event that is not UTF-8": [
			Buffer.from('event: next\ndata: "\xff"\n\n', "latin1"),
			"SUBGRAPH_INVALID_RESPONSE",
		],
		"with an event that is too large": [`event: next\ndata: ${"x".repeat(20_000)}`, "SUBGRAPH_INVALID_RESPONSE"],
		"with an event of too many lines": [`event: next\n${"data: x\n".repeat(5_000)}`, "SUBGRAPH_INVALID_RESPONSE"],
		"that ends without saying so": ['event: next\ndata: {"data":{}}\n\n', "SUBGRAPH_UNAVAILABLE"],
	};
	for (const [what, [text, code]] of Object.entries(streams)) {
		it(`${what} ends in an error that names the subgraph`, async () => {
			const server = await startHttpServer(answerText(text, { "content-type": "text/event-stream" }));
			const { subgraph } = subgraphAt(server.url, { limits: { responseBytes: 10_000 } });
			closing.push(() => subgraph.close(), server.close);
			const events = (await subgraph.subscribe(requestOf("subscription { count }"))) as Events;
			const taken = (async () => {
				for await (const _ of events);
			})();
			expect(await taken.catch(refusal)).toMatchObject({ code, details: { name: "things" } });
		});
	}

	it("is none: an answer in JSON with its errors is a result", async () => {
		const errors = [{ message: "Too many.", extensions: { code: "OVERLOADED" } }];
		const server = await startHttpServer(answerJson({ errors }, 429));
		const { subgraph } = subgraphAt(server.url);
		closing.push(() => subgraph.close(), server.close);
		const answer = await subgraph.subscribe(requestOf("subscription { count }"));
		expect(JSON.parse(JSON.stringify(answer))).toEqual({ errors });
	});

	it("that does not begin is given up in time", async () => {
		const server = await startHttpServer(() => undefined);
		const { subgraph } = subgraphAt(server.url, { limits: { requestMillis: 50 } });
		closing.push(() => subgraph.close(), server.close);
		const error = await subgraph.subscribe(requestOf("subscription { count }")).catch(refusal);
		expect(error).toMatchObject({ message: "The subgraph `things` did not answer in time." });
		await expect.poll(() => server.connections()).toBe(0);
	});
});

describe("hostile messages of a WebSocket", () => {
	const ack = '{"type":"connection_ack"}';
	const next = (payload: string) => `{"id":"1","type":"next","payload":${payload}}`;
	const messages: Readonly<Record<string, readonly (string | Buffer)[]>> = {
		"that are not JSON": [ack, "{"],
		"of no type": [ack, '{"id":"1"}'],
		"of a type that there is not": [ack, '{"type":"give"}'],
		"that are not text": [ack, Buffer.from(next('{"data":{}}'))],
		"that acknowledge twice": [ack, ack],
		"of another operation": [ack, '{"id":"2","type":"next","payload":{"data":{}}}'],
		"that are no result": [ack, next("[]")],
		"that are too large": [ack, next(`{"data":{"a":"${"x".repeat(20_000)}"}}`)],
		"that nest without end": [ack, next(`{"data":{"a":${"[".repeat(5_000)}`)],
	};
	for (const [what, sent] of Object.entries(messages)) {
		it(`${what} end the subscription with an error that names the subgraph`, async () => {
			const server = await startWebSocketServer((socket) => {
				for (const message of sent) socket.send(message);
			});
			const { subgraph } = subgraphAt(server.url, {
				subscriptions: { protocol: "ws", url: server.url },
				limits: { responseBytes: 10_000 },
			});
			closing.push(() => subgraph.close(), server.close);
			const events = (await subgraph.subscribe(requestOf("subscription { count }"))) as Events;
			const taken = (async () => {
				for await (const _ of events);
			})();
			expect(await taken.catch(refusal)).toMatchObject({
				code: "SUBGRAPH_INVALID_RESPONSE",
				details: { name: "things" },
			});
			await expect.poll(() => server.connections()).toBe(0);
		});
	}

	it("that never acknowledge are given up in time", async () => {
		const server = await startWebSocketServer(() => undefined);
		const { subgraph } = subgraphAt(server.url, {
			subscriptions: { protocol: "ws", url: server.url },
			limits: { requestMillis: 300 },
		});
		closing.push(() => subgraph.close(), server.close);
		const error = await subgraph.subscribe(requestOf("subscription { count }")).catch(refusal);
		expect(error).toMatchObject({ message: "The subgraph `things` did not answer in time." });
		await expect.poll(() => server.connections()).toBe(0);
	});

	it("are answered where they ask for a sign of life, and missed where they give none", async () => {
		const received: string[] = [];
		const server = await startWebSocketServer(
			(socket) => {
				socket.on("message", (data) => received.push((data as Buffer).toString()));
				socket.send(ack);
				socket.send('{"type":"ping"}');
			},
			{ autoPong: false },
		);
		const { subgraph } = subgraphAt(server.url, {
			subscriptions: { protocol: "ws", url: server.url },
			limits: { heartbeatMillis: 30 },
		});
		closing.push(() => subgraph.close(), server.close);
		const events = (await subgraph.subscribe(requestOf("subscription { count }"))) as Events;
		expect(await events.next().catch(refusal)).toMatchObject({ code: "SUBGRAPH_UNAVAILABLE" });
		await expect.poll(() => received).toContain('{"type":"pong"}');
	});
});

it("a subgraph may have no subscriptions", async () => {
	const { subgraph } = subgraphAt("http://127.0.0.1:9/", { subscriptions: null });
	closing.push(() => subgraph.close());
	expect(await subgraph.subscribe(requestOf("subscription { count }")).catch(refusal)).toMatchObject({
		code: "UNSUPPORTED",
	});
});
