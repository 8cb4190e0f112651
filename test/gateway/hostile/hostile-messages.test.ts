import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Running, startGateway } from "../support/gateway.ts";
import { hostileMessages } from "./messages.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway({ limits: { subscriptionsPerConnection: 10 } });
	await running.post("{ served }");
});
afterAll(() => running.gateway.close());

async function connect() {
	const socket = new WebSocket(`${running.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
	socket.on("error", () => undefined);
	await once(socket, "open");
	const write = (message: string | Buffer | object): void => {
		const raw = typeof message === "string" || Buffer.isBuffer(message);
		socket.send(raw ? message : JSON.stringify(message));
	};
	const answer = async (): Promise<unknown> => {
		const [data] = (await once(socket, "message")) as [Buffer];
		return JSON.parse(data.toString("utf8"));
	};
	return { socket, write, answer };
}

describe("hostile messages", () => {
	it.each(hostileMessages)(
		"end a connection, or are answered: $what",
		async ({ messages, initialised, closed, answer }) => {
			const peer = await connect();
			if (initialised === true) {
				peer.write({ type: "connection_init" });
				await peer.answer();
			}
			const ended = once(peer.socket, "close") as Promise<[number]>;
			const answered = answer === undefined ? null : peer.answer();
			for (const message of messages) peer.write(message);
			if (answered !== null) expect(await answered).toMatchObject(answer ?? {});
			if (closed !== undefined) expect(closed).toContain((await ended)[0]);
			peer.socket.terminate();
			await expect.poll(() => running.world.listening, { timeout: 30_000 }).toBe(0);
			expect((await running.post("{ served }")).raw).toEqual({ data: { served: 1 } });
		},
	);
});
