import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface JsonClient {
	/** The answer to a POST. */
	ask(path: string, body: unknown): Promise<unknown>;
	close(): void;
}

const headEnd = "\r\n\r\n";

/**
 * Requests on kept connections, as plain as can be: the garbage of a client that can more is collected on the processors that the
 * server needs, 5 to 15 ms at a time, and would be timed too.
 */
export function jsonClient(url: string): JsonClient {
	const { host, hostname, port } = new URL(url);
	const idle: Connection[] = [];
	const all: Connection[] = [];
	const open = async (): Promise<Connection> => {
		const socket = connect(Number(port), hostname);
		await once(socket, "connect");
		const connection = new Connection(socket);
		all.push(connection);
		return connection;
	};
	return {
		async ask(path, body) {
			const connection = idle.pop() ?? (await open());
			const text = JSON.stringify(body);
			const head = `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}`;
			const answer = await connection.send(`${head}${headEnd}${text}`);
			idle.push(connection);
			return JSON.parse(answer) as unknown;
		},
		close() {
			for (const connection of all) connection.end();
		},
	};
}

/** One request at a time. */
class Connection {
	readonly #socket: Socket;
	#received = "";
	#asked: PromiseWithResolvers<string> | null = null;

	constructor(socket: Socket) {
		this.#socket = socket;
		socket.setNoDelay(true);
		// Texts of a benchmark are ASCII: a character is a byte.
		socket.setEncoding("latin1").on("data", (text: string) => this.#take(text));
		socket.on("close", () => this.#asked?.reject(new Error("The server closed the connection.")));
		socket.on("error", (error) => this.#asked?.reject(error));
	}

	send(request: string): Promise<string> {
		this.#asked = Promise.withResolvers();
		this.#socket.write(request);
		return this.#asked.promise;
	}

	end(): void {
		this.#socket.destroy();
	}

	#take(text: string): void {
		this.#received += text;
		const end = this.#received.indexOf(headEnd);
		if (end < 0) return;
		const length = Number(/content-length: (\d+)/i.exec(this.#received)?.[1]);
		if (Number.isNaN(length)) throw new Error(`An answer without a length: ${this.#received.slice(0, 500)}`);
		if (this.#received.length < end + headEnd.length + length) return;
		const body = this.#received.slice(end + headEnd.length);
		this.#received = "";
		this.#asked?.resolve(body);
		this.#asked = null;
	}
}
