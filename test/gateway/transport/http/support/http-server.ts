import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Asked {
	readonly method: string;
	readonly path: string;
	readonly headers: IncomingHttpHeaders;
	readonly body: string;
}

export type Respond = (response: ServerResponse, asked: Asked) => void | Promise<void>;

export interface TestServer {
	readonly url: string;
	readonly port: number;
	/** What it was asked, in order. */
	readonly asked: Asked[];
	/** How the next requests are answered. */
	respond: Respond;
	/** Open connections. */
	connections(): number;
	close(): Promise<void>;
}

/** A real HTTP server on loopback that answers as it is told. */
export async function startHttpServer(respond: Respond = answerJson({ data: {} }), port = 0): Promise<TestServer> {
	const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
		const chunks: Buffer[] = [];
		for await (const chunk of request) chunks.push(chunk as Buffer);
		const asked = {
			method: request.method ?? "",
			path: request.url ?? "",
			headers: request.headers,
			body: Buffer.concat(chunks).toString(),
		};
		started.asked.push(asked);
		await started.respond(response, asked);
	};
	const server = createServer((request, response) => {
		answer(request, response).catch(() => response.destroy());
	});
	let open = 0;
	server.on("connection", (socket) => {
		open += 1;
		socket.once("close", () => {
			open -= 1;
		});
	});
	await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
	const { port: taken } = server.address() as AddressInfo;
	const started: TestServer = {
		url: `http://127.0.0.1:${taken}/graphql`,
		port: taken,
		asked: [],
		respond,
		connections: () => open,
		close: () =>
			new Promise((resolve) => {
				server.close(() => resolve());
				server.closeAllConnections();
			}),
	};
	return started;
}

export const graphqlJson = "application/graphql-response+json";

/** Answers every request with this value in JSON. */
export const answerJson =
	(value: unknown, status = 200): Respond =>
	(response) => {
		response.writeHead(status, { "content-type": graphqlJson }).end(JSON.stringify(value));
	};

/** Answers every request with this text, whatever it is. */
export const answerText =
	(text: string | Buffer, headers: Record<string, string> = { "content-type": graphqlJson }, status = 200): Respond =>
	(response) => {
		response.writeHead(status, headers).end(text);
	};
