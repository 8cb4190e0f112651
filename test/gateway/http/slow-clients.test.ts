import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { defaultLimits } from "../../../gateway/limits.ts";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway({ limits: { ...defaultLimits, bodyMillis: 300, httpConnections: 3 } });
});
afterAll(() => running.gateway.close());

async function open(text: string): Promise<{ socket: Socket; answer: Promise<string> }> {
	const { hostname, port } = new URL(running.url);
	const socket = connect(Number(port), hostname);
	let received = "";
	socket.setEncoding("utf8").on("data", (part: string) => {
		received += part;
	});
	socket.on("error", () => undefined);
	const answer = new Promise<string>((resolve) => {
		socket.once("close", () => resolve(received));
	});
	await once(socket, "connect");
	socket.write(text);
	return { socket, answer };
}

const headers = (method: string, path: string, length: number) =>
	`${method} ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n`;

it("lets a body go that does not come", async () => {
	const { answer } = await open(`${headers("POST", "/graphql", 100)}{`);
	expect(await answer).toMatch(/^HTTP\/1.1 408/);
});

it("waits for a file that comes slowly, and for an answer that takes its time", async () => {
	const { socket, answer } = await open(headers("PUT", "/files/uploads/slow", 4));
	for (const part of ["a", "b", "c", "d"]) {
		await sleep(150);
		socket.write(part);
	}
	expect(await answer).toMatch(/^HTTP\/1.1 200/);
	expect(String(running.uploads.get("slow"))).toBe("abcd");
});

it("refuses connections beyond their number, and says so", async () => {
	const held = await Promise.all([1, 2, 3].map(() => open("")));
	const { answer } = await open(headers("GET", "/health", 0));
	expect(await answer).toBe("");
	expect(running.logs.map(({ message }) => message)).toContain("A connection was refused: there are too many");
	for (const { socket } of held) socket.destroy();
	await expect.poll(() => fetch(`${running.url}/health`).then(({ status }) => status, String)).toBe(200);
});
