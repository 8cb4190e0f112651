import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type ApolloServer, HeaderMap } from "@apollo/server";
import type { Principal, Received } from "./who-asks.ts";

export interface Context {
	/** Whom a resolver answers; null where requests are not signed. */
	readonly principal: Principal | null;
}

/** Apollo Server behind Node's own HTTP: a signature is over the body as it came, which a parser would not leave. */
export function httpServer(
	apollo: ApolloServer<Context>,
	check: ((request: Received) => Principal | null) | null,
): Server {
	return createServer((request, response) => {
		answer(request, response).catch(() => response.writeHead(400).end());
	});

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const { method = "", url = "", headers } = request;
		const body = await bodyOf(request);
		const principal = check?.({ method, url, headers, body }) ?? null;
		if (check !== null && principal === null) {
			response.writeHead(401).end("Not signed by the gateway");
			return;
		}
		const result = await apollo.executeHTTPGraphQLRequest({
			httpGraphQLRequest: {
				method,
				headers: headerMap(headers),
				search: URL.parse(url, "http://localhost")?.search ?? "",
				body: body.length === 0 ? {} : (JSON.parse(body.toString()) as unknown),
			},
			context: async () => ({ principal }),
		});
		response.writeHead(result.status ?? 200, Object.fromEntries(result.headers));
		if (result.body.kind === "complete") response.end(result.body.string);
		else for await (const part of result.body.asyncIterator) response.write(part);
		response.end();
	}
}

const mostBytes = 32 * 2 ** 20;

async function bodyOf(request: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let bytes = 0;
	for await (const chunk of request) {
		bytes += chunk.length;
		if (bytes > mostBytes) throw new Error("The body is too large");
		chunks.push(chunk);
	}
	return Buffer.concat(chunks);
}

function headerMap(headers: IncomingMessage["headers"]): HeaderMap {
	const map = new HeaderMap();
	for (const [name, value] of Object.entries(headers)) if (value !== undefined) map.set(name, String(value));
	return map;
}
