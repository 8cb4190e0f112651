import type { Server } from "node:http";
import type { Socket } from "node:net";

/**
 * Cuts the connections on which nothing has moved for so long, or a quarter longer. They are looked at now and then: a timer of
 * each socket would be set anew with everything that is read and written. What waits here for a client to read it has not moved.
 */
export function cutStalled(server: Server, millis: number): void {
	const connections = new Map<Socket, { moved: number; since: number }>();
	server.on("connection", (socket: Socket) => {
		connections.set(socket, { moved: 0, since: performance.now() });
		socket.once("close", () => connections.delete(socket));
	});
	const timer = setInterval(() => {
		const now = performance.now();
		for (const [socket, last] of connections) {
			const moved = socket.bytesRead + socket.bytesWritten - socket.writableLength;
			if (moved !== last.moved) Object.assign(last, { moved, since: now });
			else if (now - last.since >= millis) socket.destroy();
		}
	}, millis / 4).unref();
	server.once("close", () => clearInterval(timer));
}
