import { once } from "node:events";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultLimits } from "../../../gateway/limits.ts";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway({
		limits: { ...defaultLimits, bodyBytes: 2000 },
		corsOrigins: ["https://console.example.org"],
	});
});
afterAll(() => running.gateway.close());

interface Sent {
	readonly headers?: Record<string, string>;
	readonly body: string;
}

const json = { "content-type": "application/json", "x-request-id": "asked-1" };
const things = JSON.stringify({ query: "{ things { id name value } }" });

/** What differs from answer to answer, or from one HTTP client to another. */
const ofTheConnection = ["date", "connection", "keep-alive", "transfer-encoding"];

function comparable(status: number | undefined, headers: IncomingHttpHeaders | Record<string, unknown>, body: string) {
	const told = Object.entries(headers).filter(([name]) => !ofTheConnection.includes(name));
	return { status, headers: Object.fromEntries(told.map(([name, value]) => [name, String(value)])), body };
}

async function overNetwork({ headers = json, body }: Sent) {
	const sent = httpRequest(`${running.url}/graphql`, {
		method: "POST",
		headers: { ...headers, "content-length": Buffer.byteLength(body) },
	});
	sent.end(body);
	const [answer] = await once(sent, "response");
	const parts: Buffer[] = [];
	for await (const part of answer) parts.push(part);
	return comparable(answer.statusCode, answer.headers, Buffer.concat(parts).toString());
}

/** Past the listener of the server: what is injected the framework alone answers. */
async function throughFramework({ headers = json, body }: Sent) {
	const answer = await running.gateway.app.inject({ method: "POST", url: "/graphql", headers, payload: body });
	return comparable(answer.statusCode, answer.headers, answer.body);
}

describe("a plain POST is answered before the framework as the framework answers it", () => {
	it.each<[string, Sent]>([
		["data", { body: things }],
		["data that are not ASCII", { body: JSON.stringify({ query: '{ thing(id: "größe") { name } }' }) }],
		["the newer media type", { headers: { ...json, accept: "application/graphql-response+json" }, body: things }],
		["a document that is none", { body: JSON.stringify({ query: "{ things {" }) }],
		["a field that is not there", { body: JSON.stringify({ query: "{ nothing }" }) }],
		["a body that is not JSON", { body: "{" }],
		["a body that is empty", { body: "" }],
		["a list", { body: `[${things}]` }],
		["a subscription", { body: JSON.stringify({ query: "subscription { changes { id } }" }) }],
		["a token that does not hold", { headers: { ...json, authorization: "Basic x" }, body: things }],
		["another media type", { headers: { ...json, "content-type": "text/plain" }, body: things }],
		["an answer that is not offered", { headers: { ...json, accept: "image/png" }, body: things }],
		["a page of a listed origin", { headers: { ...json, origin: "https://console.example.org" }, body: things }],
		["a page of another origin", { headers: { ...json, origin: "https://evil.example" }, body: things }],
		["a body over the limit", { body: JSON.stringify({ query: `{ things { id } } # ${"x".repeat(3000)}` }) }],
	])("%s", async (_, sent) => {
		expect(await overNetwork(sent)).toEqual(await throughFramework(sent));
	});
});

it("takes a body in many parts", async () => {
	const { hostname, port } = new URL(running.url);
	const socket = connect(Number(port), hostname);
	await once(socket, "connect");
	const head = `POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: ${things.length}\r\n\r\n`;
	for (const part of `${head}${things}`.match(/.{1,40}/gs) ?? []) {
		socket.write(part);
		await new Promise((resolve) => setImmediate(resolve));
	}
	let answer = "";
	for await (const part of socket) answer += String(part);
	expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
	expect(answer).toContain('"name":"two"');
});

it("survives clients that leave in the middle of a body", async () => {
	const { hostname, port } = new URL(running.url);
	for (let at = 0; at < 20; at++) {
		const socket = connect(Number(port), hostname);
		await once(socket, "connect");
		socket.write(
			"POST /graphql HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{",
		);
		socket.destroy();
	}
	expect(await overNetwork({ body: things })).toMatchObject({ status: 200 });
	expect(running.logs.filter(({ level }) => level === "error")).toEqual([]);
});
