import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { type Running, startGateway } from "../support/gateway.ts";

const listedOrigin = "https://console.example.org";

let running: Running;
beforeAll(async () => {
	running = await startGateway({ corsOrigins: [listedOrigin], hosts: ["features.internal"] });
});
afterAll(() => running.gateway.close());

interface Answer {
	readonly status: number;
	readonly headers: Record<string, unknown>;
	readonly code: unknown;
}

/** A request with just these headers: `fetch` lets nobody set Host. */
function ask(path: string, headers: Record<string, string>, method = "GET", body = ""): Promise<Answer> {
	return new Promise((resolve, reject) => {
		const sent = request(`${running.url}${path}`, { method, headers }, (response) => {
			const chunks: Buffer[] = [];
			response.on("data", (chunk: Buffer) => chunks.push(chunk));
			response.on("end", () => {
				const text = Buffer.concat(chunks).toString();
				const json = text.startsWith("{") ? (JSON.parse(text) as { errors?: { extensions: object }[] }) : {};
				const code = (json.errors?.[0]?.extensions as { code?: string } | undefined)?.code;
				resolve({ status: response.statusCode ?? 0, headers: response.headers, code });
			});
		});
		sent.on("error", reject);
		sent.end(body);
	});
}

const query = `/graphql?query=${encodeURIComponent("{ whoAmI }")}`;
const upgrade = (headers: Record<string, string>) =>
	new Promise<string>((resolve) => {
		const socket = new WebSocket(`${running.url.replace("http", "ws")}/graphql`, "graphql-transport-ws", { headers });
		socket.on("open", () => {
			socket.terminate();
			resolve("open");
		});
		socket.on("error", ({ message }) => resolve(message));
	});

describe("a server that asks for no token", () => {
	const port = () => new URL(running.url).port;

	it.each(["localhost", "LOCALHOST", "127.0.0.1", "127.8.9.1", "[::1]", "features.internal", "console.example.org"])(
		"answers as %s",
		async (host) => {
			expect((await ask(query, { host: `${host}:${port()}` })).status).toBe(200);
			expect((await ask(query, { host })).status).toBe(200);
			expect(await upgrade({ host })).toBe("open");
		},
	);

	it.each(["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "a b", "[::2]", "@"])(
		"does not answer as %j, which a page may have had resolved to it",
		async (host) => {
			const answer = await ask(query, { host });
			// What is no host at all is refused by the parser of HTTP already.
			expect([400, 403]).toContain(answer.status);
			if (answer.status === 403) expect(answer.code).toBe("FORBIDDEN");
			expect((await ask("/metrics", { host })).status).toBe(answer.status);
			expect((await ask("/files/sets/digits.csv", { host })).status).toBe(answer.status);
			expect(await upgrade({ host })).toMatch(/40[03]/);
		},
	);
});

describe("pages of other origins", () => {
	it("cannot have a request carried out, even one without a preflight", async () => {
		const origin = "https://evil.example";
		const foreign = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
		expect(await ask(query, foreign)).toMatchObject({ status: 403, code: "FORBIDDEN" });
		expect(await ask(query, { ...foreign, "sec-fetch-site": "same-site" })).toMatchObject({ status: 403 });
		expect(await ask(query, { origin })).toMatchObject({ status: 403, code: "FORBIDDEN" });
		expect(await ask(query, { origin: "null" })).toMatchObject({ status: 403 });
		expect(await ask("/graphql", { origin, "content-type": "text/plain" }, "POST", "{}")).toMatchObject({
			status: 403,
		});
		expect(await ask("/files/uploads/a", { origin }, "PUT", "x")).toMatchObject({ status: 403 });
		expect(running.uploads.size).toBe(0);
	});

	it("may be listed, and may link here; our own may call", async () => {
		const answer = await ask(query, { origin: listedOrigin, "sec-fetch-site": "cross-site" });
		expect(answer).toMatchObject({ status: 200, headers: { "access-control-allow-origin": listedOrigin } });
		const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", accept: "text/html" };
		expect((await ask("/graphql", link)).status).toBe(200);
		expect((await ask(query, { origin: running.url, "sec-fetch-site": "same-origin" })).status).toBe(200);
		// Behind a proxy that calls us by another name.
		expect((await ask(query, { origin: "https://f.example", "sec-fetch-site": "same-origin" })).status).toBe(200);
	});

	it("that are listed read streams of events, too", async () => {
		const headers = { origin: listedOrigin, accept: "text/event-stream", "x-request-id": "r-1" };
		const answer = await ask(query, headers);
		expect(answer.headers).toMatchObject({ "access-control-allow-origin": listedOrigin, "x-request-id": "r-1" });
	});
});

describe("answers", () => {
	it("are not kept by caches and not sniffed", async () => {
		const kept = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
		expect((await ask(query, {})).headers).toMatchObject(kept);
		expect((await ask("/metrics", { authorization: "Bearer ops" })).headers).toMatchObject(kept);
		expect((await ask("/nowhere", {})).headers).toMatchObject(kept);
		expect((await ask("/files/sets/digits.csv", {})).headers).toMatchObject({ "cache-control": "private, no-cache" });
		expect((await ask("/graphiql/react.js", {})).headers).toMatchObject({ "cache-control": "public, max-age=3600" });
	});
});

describe("/metrics", () => {
	it("asks who reads them, as every door does; health and readiness do not", async () => {
		expect((await ask("/metrics", { authorization: "Basic x" })).status).toBe(401);
		expect((await ask("/metrics", { authorization: "Bearer nobody" })).status).toBe(403);
		expect((await ask("/health", { authorization: "Basic x" })).status).toBe(200);
		expect((await ask("/ready", { authorization: "Basic x" })).status).toBe(200);
	});
});
