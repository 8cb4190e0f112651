import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway({ limits: { operationMillis: 1000, stalledMillis: 2000 } });
});
afterAll(() => running.gateway.close());

const connections = () =>
	new Promise<number>((resolve, reject) => {
		running.gateway.app.server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)));
	});

async function send(head: string, body: string): Promise<Socket> {
	const { hostname, port } = new URL(running.url);
	const socket = connect(Number(port), hostname).pause();
	socket.on("error", () => undefined);
	await once(socket, "connect");
	socket.write(`${head} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n${body}`);
	return socket;
}

it("an answer that is not read is not held for ever", async () => {
	const aliases = Array.from({ length: 15 }, (_, index) => `m${index}: message(of: $of)`).join(" ");
	const query = `query($of: String) { ${aliases} }`;
	// More than the buffers of the system hold.
	const body = JSON.stringify({ query, variables: { of: "x".repeat(1_000_000) } });
	const socket = await send("POST /graphql", `Content-Length: ${body.length}\r\n\r\n${body}`);
	await expect.poll(connections).toBe(1);
	await expect.poll(connections, { timeout: 20_000 }).toBe(0);
	socket.destroy();
});

it("a file that comes no further is not waited for", async () => {
	const socket = await send("PUT /files/uploads/stalled", "Content-Length: 10\r\n\r\n12345");
	await expect.poll(connections).toBe(1);
	await expect.poll(connections, { timeout: 20_000 }).toBe(0);
	socket.destroy();
});
