import { afterEach, expect, it } from "vitest";
import { authenticate, type Running, startGateway } from "../support/gateway.ts";

let running: Running;
afterEach(() => running.gateway.close());

const changes = "subscription { changes { id } }";
const eventStream = { accept: "text/event-stream" };

/** A gateway that holds whoever brings `Bearer held` at the door until it is let in. */
async function startHolding() {
	const letIn = Promise.withResolvers<void>();
	const arrived = Promise.withResolvers<void>();
	running = await startGateway({
		limits: { connections: 1, connectionInitMillis: 60_000 },
		authenticate: async (credentials) => {
			if (credentials.authorization !== "Bearer held") return authenticate(credentials);
			arrived.resolve();
			await letIn.promise;
			return authenticate({ authorization: null });
		},
	});
	return { letIn: letIn.resolve, arrived: arrived.promise };
}

/** Connections that the server still has: the client's departure has reached it when there are none. */
const connections = () =>
	new Promise<number>((resolve, reject) => {
		running.gateway.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
	});

/** A request whose client leaves while it is held at the door. */
async function leave(url: string, headers: Record<string, string>, arrived: Promise<void>): Promise<void> {
	const left = new AbortController();
	const request = fetch(url, {
		headers: { ...eventStream, ...headers, connection: "close", authorization: "Bearer held" },
		signal: left.signal,
	});
	await arrived;
	left.abort();
	await expect(request).rejects.toThrow();
	await expect.poll(connections).toBe(0);
}

async function ended(): Promise<number> {
	const metrics = await running.gateway.app.inject("/metrics");
	return Number(/operation_seconds_count\{kind="subscription",outcome="ok"\} (\d+)/.exec(metrics.body)?.[1] ?? 0);
}

it("a subscription whose client left before it began is not followed", async () => {
	const { letIn, arrived } = await startHolding();
	await leave(`${running.url}/graphql?query=${encodeURIComponent(changes)}`, {}, arrived);
	letIn();
	await expect.poll(ended, { timeout: 30_000 }).toBe(1);
	expect(running.world.listening).toBe(0);
});

it("a reserved stream whose client left before it was open gives its place back", async () => {
	const { letIn, arrived } = await startHolding();
	const reserve = () => fetch(`${running.url}/graphql`, { method: "PUT", headers: { connection: "close" } });
	const token = await (await reserve()).text();
	await leave(`${running.url}/graphql`, { "x-graphql-event-stream-token": token }, arrived);
	expect((await reserve()).status).toBe(429);
	letIn();
	await expect.poll(async () => (await reserve()).status, { timeout: 30_000 }).toBe(201);
});
