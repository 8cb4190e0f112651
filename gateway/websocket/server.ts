import type { Server as HttpServer, IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { CloseCode, handleProtocols } from "graphql-ws";
import { type WebSocket, WebSocketServer } from "ws";
import { parseJson } from "../../core/values/parse-json.ts";
import { type Doors, refuseForeignPage } from "../http/foreign-pages.ts";
import type { GatewayMetrics } from "../metrics.ts";
import { type Connection, createProtocol, type ProtocolOptions } from "./protocol.ts";
import { spliceResult } from "./written-result.ts";

export interface WebSocketOptions extends ProtocolOptions {
	readonly metrics: GatewayMetrics;
	readonly doors: Doors;
}

const pingMillis = 12_000;

/** Serves WebSockets at `/graphql` of an HTTP server. Returns how to end them all, with 1001. */
export function serveWebSockets(http: HttpServer, options: WebSocketOptions): () => Promise<void> {
	const { limits, logger, metrics, doors } = options;
	const protocol = createProtocol(options);
	const server = new WebSocketServer({
		noServer: true,
		maxPayload: limits.messageBytes,
		perMessageDeflate: false,
		handleProtocols: (offered) => handleProtocols(offered),
	});

	const onUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
		socket.on("error", () => socket.destroy());
		if (request.url?.split("?", 1)[0] !== "/graphql") return refuseUpgrade(socket, "404 Not Found");
		if (refuseForeignPage(request, doors) !== null) return refuseUpgrade(socket, "403 Forbidden");
		if (server.clients.size >= limits.connections) return refuseUpgrade(socket, "503 Service Unavailable");
		server.handleUpgrade(request, socket, head, (client) => open(client, request));
	};
	http.on("upgrade", onUpgrade);

	const open = (socket: WebSocket, request: IncomingMessage): void => {
		metrics.connection(1);
		const left = new AbortController();
		const connection: Connection = { socket, request, signal: left.signal, principal: null };
		const stopPings = keepAlive(socket);
		const closed = protocol.opened(
			{
				protocol: socket.protocol,
				send: (data) => send(socket, spliceResult(data), limits.unreadBytes),
				close: (code, reason) => socket.close(code, reason),
				onMessage: (handle) =>
					socket.on("message", (data: Buffer) => {
						handle(messageOf(data)).catch((error: unknown) => {
							if (isBadMessage(error)) return socket.close(CloseCode.BadRequest, "Invalid message");
							logger.error({ err: error }, "A WebSocket message failed");
							socket.close(CloseCode.InternalServerError, "Internal server error");
						});
					}),
			},
			connection,
		);
		socket.on("error", (error) => logger.debug({ err: error }, "A WebSocket failed"));
		socket.once("close", (code, reason) => {
			metrics.connection(-1);
			stopPings();
			left.abort();
			closed(code, String(reason)).catch((error: unknown) => logger.error({ err: error }, "A WebSocket did not end"));
		});
	};

	return async () => {
		http.off("upgrade", onUpgrade);
		for (const client of server.clients) client.close(1001, "Going away");
		const deadline = setTimeout(() => {
			for (const client of server.clients) client.terminate();
		}, limits.drainMillis);
		await new Promise<void>((resolve) => server.close(() => resolve()));
		clearTimeout(deadline);
	};
}

/**
 * Parsed by us (see parse-json.ts): graphql-ws takes an object as it is, whatever its types say, and closes the connection for a text
 * that is none.
 */
function messageOf(data: Buffer): string {
	const text = data.toString("utf8");
	try {
		const message = parseJson(text);
		return typeof message === "object" ? (message as unknown as string) : text;
	} catch {
		return text;
	}
}

/** What only servers send, or what nests past any stack. */
const isBadMessage = (error: unknown): boolean =>
	error instanceof RangeError || (error instanceof Error && error.message.startsWith("Unexpected message of type"));

/** Resolves when the message has left for the network: the next event waits for it. */
function send(socket: WebSocket, data: string, unreadBytes: number): Promise<void> {
	return new Promise((resolve) => {
		if (socket.readyState !== socket.OPEN) return resolve();
		if (socket.bufferedAmount > unreadBytes) {
			socket.terminate();
			return resolve();
		}
		// What cannot be sent has closed the socket, which ends its operations.
		socket.send(data, () => resolve());
	});
}

/** Pings, and drops a peer that did not answer the last one. */
function keepAlive(socket: WebSocket): () => void {
	let alive = true;
	socket.on("pong", () => {
		alive = true;
	});
	const timer = setInterval(() => {
		if (!alive) return socket.terminate();
		alive = false;
		socket.ping();
	}, pingMillis);
	return () => clearInterval(timer);
}

function refuseUpgrade(socket: Duplex, status: string): void {
	socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
