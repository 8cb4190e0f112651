import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** What is done with a connection once a whole request has come on it. */
export type Behave = (socket: Socket) => void;

export interface RawServer {
	readonly url: string;
	/** How the next requests are met. */
	behave: Behave;
	/** Requests that came. */
	asked: number;
	/** Open connections. */
	connections(): number;
	close(): Promise<void>;
}

/** A server on loopback that writes bytes of its own choice where an HTTP server would answer. */
export async function startRawServer(behave: Behave): Promise<RawServer> {
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket);
		socket.once("close", () => sockets.delete(socket));
		socket.on("error", () => socket.destroy());
		let received = "";
		socket.on("data", (chunk) => {
			received += chunk.toString("latin1");
			for (let end = endOfRequest(received); end !== null; end = endOfRequest(received)) {
				received = received.slice(end);
				started.asked += 1;
				started.behave(socket);
			}
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const started: RawServer = {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
		behave,
		asked: 0,
		connections: () => sockets.size,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				for (const socket of sockets) socket.destroy();
			}),
	};
	return started;
}

/** Null: it is not all there yet. */
function endOfRequest(received: string): number | null {
	const head = received.indexOf("\r\n\r\n");
	if (head === -1) return null;
	const length = /content-length: (\d+)/i.exec(received.slice(0, head))?.[1] ?? "0";
	const end = head + 4 + Number(length);
	return received.length < end ? null : end;
}

/** An answer as bytes; its length is said unless the headers say something of it. */
export function answerBytes(
	body: string | Buffer,
	{ status = "200 OK", headers = {} }: { readonly status?: string; readonly headers?: Record<string, string> } = {},
): Buffer {
	const all = {
		"content-type": "application/graphql-response+json",
		"content-length": String(Buffer.byteLength(body)),
		...headers,
	};
	const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
	return Buffer.concat([Buffer.from(`HTTP/1.1 ${status}\r\n${lines.join("")}\r\n`), Buffer.from(body)]);
}
