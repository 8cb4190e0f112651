import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createHandler } from "graphql-sse/lib/use/http";
import { useServer } from "graphql-ws/use/ws";
import { type ServerOptions, type WebSocket, WebSocketServer } from "ws";
import { type Counting, countingSchema } from "./counting-schema.ts";

export interface SubscriptionServer extends Counting {
	readonly url: string;
	/** Headers of each request, and of each WebSocket's handshake with its connection_init. */
	readonly asked: { readonly request: IncomingMessage; readonly init: Readonly<Record<string, unknown>> | null }[];
	connections(): number;
	/** Breaks every connection. */
	breakOff(): void;
	close(): Promise<void>;
}

/** The counting schema behind graphql-sse or graphql-ws, as other people's subgraphs are built. */
export async function startSubscriptions(
	protocol: "sse" | "ws",
	admit: (request: IncomingMessage, init: Readonly<Record<string, unknown>>) => boolean = () => true,
): Promise<SubscriptionServer> {
	const counting = countingSchema();
	const asked: SubscriptionServer["asked"] = [];
	const handler = createHandler({ schema: counting.schema });
	const server = createServer((request, response) => {
		asked.push({ request, init: null });
		handler(request, response).catch(() => response.destroy());
	});
	const sockets = new Set<Socket>();
	server.on("connection", (socket) => {
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
	});
	if (protocol === "ws") {
		const webSockets = new WebSocketServer({ server, path: "/graphql" });
		useServer(
			{
				schema: counting.schema,
				onConnect: ({ connectionParams, extra }) => {
					asked.push({ request: extra.request, init: connectionParams ?? {} });
					return admit(extra.request, connectionParams ?? {});
				},
			},
			webSockets,
		);
	}
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	const breakOff = () => {
		for (const socket of sockets) socket.destroy();
	};
	return Object.assign(counting, {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
		asked,
		connections: () => sockets.size,
		breakOff,
		close: () =>
			new Promise<void>((resolve) => {
				server.close(() => resolve());
				breakOff();
			}),
	});
}

/** A server of graphql-transport-ws that does with its sockets what it is told. */
export async function startWebSocketServer(
	connected: (socket: WebSocket) => void,
	options: ServerOptions = {},
): Promise<{ readonly url: string; connections(): number; close(): Promise<void> }> {
	const server = new WebSocketServer({ ...options, port: 0, host: "127.0.0.1" });
	server.on("connection", (socket) => {
		socket.on("error", () => socket.terminate());
		connected(socket);
	});
	await new Promise((resolve) => server.once("listening", resolve));
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
		connections: () => server.clients.size,
		close: () =>
			new Promise((resolve) => {
				for (const socket of server.clients) socket.terminate();
				server.close(() => resolve());
			}),
	};
}
