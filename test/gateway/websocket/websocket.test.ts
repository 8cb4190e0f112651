import { createClient } from "graphql-ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeEach(async () => {
	running = await startGateway({
		limits: { connectionInitMillis: 1500, connections: 4, subscriptionsPerConnection: 2, messageBytes: 10_000 },
	});
});
afterEach(() => running.gateway.close());

interface Peer {
	readonly socket: WebSocket;
	readonly closed: Promise<number>;
	send(message: unknown): void;
	next(): Promise<Record<string, unknown>>;
}

const address = () => `${running.url.replace("http", "ws")}/graphql`;

async function connect(headers: Record<string, string> = {}, protocol = "graphql-transport-ws"): Promise<Peer> {
	const socket = new WebSocket(address(), protocol, { headers });
	const messages: Record<string, unknown>[] = [];
	const waiting: ((message: Record<string, unknown>) => void)[] = [];
	socket.on("message", (data: Buffer) => {
		const message = JSON.parse(data.toString("utf8")) as Record<string, unknown>;
		const next = waiting.shift();
		if (next === undefined) messages.push(message);
		else next(message);
	});
	const closed = new Promise<number>((resolve) => socket.once("close", resolve));
	await new Promise((resolve, reject) => {
		socket.once("open", resolve);
		socket.once("error", reject);
	});
	return {
		socket,
		closed,
		send: (message) => socket.send(typeof message === "string" ? message : JSON.stringify(message)),
		next: async () => messages.shift() ?? new Promise((resolve) => waiting.push(resolve)),
	};
}

async function initialised(payload?: unknown, headers?: Record<string, string>): Promise<Peer> {
	const peer = await connect(headers);
	peer.send({ type: "connection_init", payload });
	expect(await peer.next()).toEqual({ type: "connection_ack" });
	return peer;
}

const subscribe = (id: string, query: string) => ({ id, type: "subscribe", payload: { query } });

describe("close codes", () => {
	it.each([
		["4400 for what is not JSON", ["rubbish"], 4400],
		["4400 for an unknown message", [{ type: "hello" }], 4400],
		["4401 for an operation before the handshake", [subscribe("1", "{ served }")], 4401],
		[
			"4401 for credentials that do not hold",
			[{ type: "connection_init", payload: { authorization: "rubbish" } }],
			4401,
		],
		[
			"4403 for a principal that may not enter",
			[{ type: "connection_init", payload: { authorization: "Bearer nobody" } }],
			4403,
		],
		["4408 where no connection_init comes", [], 4408],
		["4429 for a second connection_init", [{ type: "connection_init" }, { type: "connection_init" }], 4429],
		["1009 for a message over the limit", [`{"type":"ping","payload":{"x":"${"x".repeat(20_000)}"}}`], 1009],
	])("are %s", async (_, messages, code) => {
		const peer = await connect();
		for (const message of messages) peer.send(message);
		expect(await peer.closed).toBe(code);
	});

	it("are 4406 for another subprotocol", async () => {
		const socket = new WebSocket(address(), "graphql-ws");
		socket.on("error", () => undefined);
		const code = await new Promise<number>((resolve) => socket.once("close", resolve));
		expect([4406, 1006]).toContain(code);
	});

	it("are 4403 when the credentials run out, which ends what runs", async () => {
		await running.gateway.close();
		// From when they are first shown: until then the gateway has to start.
		let expiresAt = 0;
		running = await startGateway({
			authenticate: async () => {
				expiresAt ||= Date.now() + 1000;
				const credential = { scopes: new Set<string>(), policies: new Set<string>(), expiresAt };
				return { id: "token:short", permissions: new Set(), projects: null, credential };
			},
		});
		const peer = await initialised();
		peer.send(subscribe("1", "subscription { changes { id } }"));
		expect(await peer.closed).toBe(4403);
		expect(Date.now()).toBeGreaterThanOrEqual(expiresAt - 50);
		await expect.poll(() => running.world.listening).toBe(0);
	});

	it("are 4409 for an id that is in use", async () => {
		const peer = await initialised();
		peer.send(subscribe("1", "subscription { changes { id } }"));
		peer.send(subscribe("1", "subscription { changes { id } }"));
		expect(await peer.closed).toBe(4409);
		await expect.poll(() => running.world.listening).toBe(0);
	});

	it("are 1001 when the gateway goes away, and its sources end", async () => {
		const peer = await initialised();
		peer.send(subscribe("1", "subscription { changes { id } }"));
		await expect.poll(() => running.world.listening).toBe(1);
		await running.gateway.close();
		expect(await peer.closed).toBe(1001);
		expect(running.world.listening).toBe(0);
	});
});

describe("a connection", () => {
	it("takes its principal from the payload's authorization, and nothing else of it", async () => {
		const peer = await initialised({ authorization: "Bearer alice", "x-request-id": "forged", principal: "root" });
		peer.send(subscribe("1", "{ whoAmI thing(id: 1) { reader } }"));
		expect(await peer.next()).toMatchObject({
			type: "next",
			payload: { data: { whoAmI: "alice", thing: { reader: "alice" } } },
		});
		expect(await peer.next()).toEqual({ id: "1", type: "complete" });
	});

	it("takes it from the upgrade request where the payload has none", async () => {
		const peer = await initialised(undefined, { authorization: "Bearer bob" });
		peer.send(subscribe("1", "{ whoAmI }"));
		expect(await peer.next()).toMatchObject({ payload: { data: { whoAmI: "bob" } } });
	});

	it("validates subscriptions like any other document", async () => {
		const peer = await initialised();
		peer.send(subscribe("1", "subscription { changes { secret } }"));
		expect(await peer.next()).toMatchObject({
			type: "error",
			payload: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }],
		});
		peer.send(subscribe("2", "{ ...A } fragment A on Query { ...A }"));
		expect(await peer.next()).toMatchObject({ id: "2", type: "error" });
	});

	it("runs a bounded number of operations", async () => {
		const peer = await initialised();
		for (const id of ["1", "2", "3"]) peer.send(subscribe(id, "subscription { changes { id } }"));
		expect(await peer.next()).toMatchObject({
			id: "3",
			type: "error",
			payload: [{ extensions: { code: "LIMIT_EXCEEDED" } }],
		});
	});

	it("is refused above the cap", async () => {
		await Promise.all(Array.from({ length: 4 }, () => initialised()));
		await expect(connect()).rejects.toThrow("503");
	});

	it("is refused to pages of other origins", async () => {
		await expect(connect({ origin: "https://evil.example.org" })).rejects.toThrow("403");
		await expect(connect({ origin: "null" })).rejects.toThrow("403");
		await connect({ origin: running.url });
	});

	it("is served at /graphql alone", async () => {
		const socket = new WebSocket(`${running.url.replace("http", "ws")}/other`, "graphql-transport-ws");
		const error = await new Promise<Error>((resolve) => socket.once("error", resolve));
		expect(error.message).toContain("404");
	});
});

describe("a subscription", () => {
	it("completes each event from the other subgraphs, afresh", async () => {
		const client = createClient({ url: address(), webSocketImpl: WebSocket });
		const events = client.iterate({ query: "subscription { changed: changes { id name value timesAsked } }" });
		const results: unknown[] = [];
		const next = events.next();
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("1");
		results.push((await next).value);
		running.world.values.set("1", 11);
		running.world.emit("1");
		results.push((await events.next()).value);
		expect(results).toEqual([
			{ data: { changed: { id: "1", name: "one", value: 10, timesAsked: 1 } } },
			{ data: { changed: { id: "1", name: "one", value: 11, timesAsked: 2 } } },
		]);
		await client.dispose();
	});

	it("goes on after an event that failed, whose error is masked", async () => {
		const peer = await initialised();
		peer.send(subscribe("1", "subscription { changes { id } }"));
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("fault");
		running.world.emit("2");
		const failed = await peer.next();
		expect(failed).toMatchObject({
			payload: { data: { changes: null }, errors: [{ extensions: { code: "INTERNAL_SERVER_ERROR" } }] },
		});
		expect(JSON.stringify(failed)).not.toContain("secret");
		expect(await peer.next()).toMatchObject({ payload: { data: { changes: { id: "2" } } } });
	});

	it("that cannot begin says why", async () => {
		const peer = await initialised();
		peer.send(subscribe("1", "subscription { refused { id } }"));
		expect(await peer.next()).toMatchObject({
			id: "1",
			payload: { errors: [{ extensions: { code: "ALERT_CURSOR_EXPIRED" } }] },
		});
	});

	it("ends its source when the client completes it, or leaves", async () => {
		const peer = await initialised();
		peer.send(subscribe("1", "subscription { changes { id } }"));
		await expect.poll(() => running.world.listening).toBe(1);
		peer.send({ id: "1", type: "complete" });
		await expect.poll(() => running.world.listening).toBe(0);
		peer.send(subscribe("2", "subscription { changes { id } }"));
		await expect.poll(() => running.world.listening).toBe(1);
		peer.socket.terminate();
		await expect.poll(() => running.world.listening).toBe(0);
	});
});

describe("equal subscriptions", () => {
	const follow = subscribe("same", "subscription { changes { id timesAsked } }");

	it("share their source, and an event is completed once for all of them", async () => {
		const peers = await Promise.all([initialised(), initialised(), initialised()]);
		// What the first one asks is planned then: the others join it at once, before their next operation is read.
		peers[0]?.send({ ...follow, id: "own 0" });
		await expect.poll(() => running.world.listening).toBe(1);
		for (const [index, peer] of peers.entries()) {
			if (index > 0) peer.send({ ...follow, id: `own ${index}` });
			peer.send(subscribe("after", "{ served }"));
			expect(await peer.next()).toMatchObject({ id: "after", type: "next" });
			expect(await peer.next()).toMatchObject({ id: "after", type: "complete" });
		}
		expect(running.world.listening).toBe(1);
		running.world.emit("1");
		for (const [index, peer] of peers.entries()) {
			expect(await peer.next()).toEqual({
				id: `own ${index}`,
				type: "next",
				payload: { data: { changes: { id: "1", timesAsked: 1 } } },
			});
		}
		peers[0]?.socket.terminate();
		peers[1]?.send({ id: "own 1", type: "complete" });
		running.world.emit("2");
		expect(await peers[2]?.next()).toMatchObject({ payload: { data: { changes: { id: "2", timesAsked: 2 } } } });
		expect(running.world.listening).toBe(1);
		peers[2]?.socket.terminate();
		await expect.poll(() => running.world.listening).toBe(0);
	});

	it("do not wait for one that does not read, which is told and let go", async () => {
		const [quick, slow] = [await initialised(), await initialised()];
		const own = subscribe("1", "subscription { changes { id } }");
		quick.send(own);
		await expect.poll(() => running.world.listening).toBe(1);
		slow.send(own);
		slow.send(subscribe("after", "{ served }"));
		for (const type of ["next", "complete"]) expect(await slow.next()).toMatchObject({ id: "after", type });
		slow.socket.pause();
		// More than the buffers of the system hold, and than a reader may lag behind.
		const large = "x".repeat(100_000);
		for (let event = 0; event < 250; event++) {
			running.world.emit(`${event} ${large}`);
			expect(await quick.next()).toMatchObject({ type: "next" });
		}
		slow.socket.resume();
		let message = await slow.next();
		let received = 0;
		while (message["type"] === "next" && !JSON.stringify(message).includes("errors")) {
			received += 1;
			message = await slow.next();
		}
		expect(message).toMatchObject({ id: "1", payload: { errors: [{ extensions: { code: "LIMIT_EXCEEDED" } }] } });
		expect(await slow.next()).toEqual({ id: "1", type: "complete" });
		expect(received).toBeLessThan(250);
		expect(running.world.listening).toBe(1);
	});

	it("of others share nothing", async () => {
		for (const [index, name] of ["alice", "bob"].entries()) {
			const peer = await initialised({ authorization: `Bearer ${name}` });
			peer.send(follow);
			await expect.poll(() => running.world.listening).toBe(index + 1);
		}
	});
});
