import { createClient } from "graphql-sse";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeEach(async () => {
	running = await startGateway({
		limits: { connectionInitMillis: 2000, connections: 3, subscriptionsPerConnection: 2 },
	});
});
afterEach(() => running.gateway.close());

const address = () => `${running.url}/graphql`;
const tokenHeader = "x-graphql-event-stream-token";

interface Called {
	readonly status: number;
	readonly text: string;
	readonly code: string | undefined;
}

async function call(
	method: string,
	token: string | null,
	body?: object,
	more: Record<string, string> = {},
): Promise<Called> {
	const query =
		method === "DELETE" && body !== undefined
			? `?${new URLSearchParams(body as Record<string, string>).toString()}`
			: "";
	const response = await fetch(`${address()}${query}`, {
		method,
		headers: {
			...(token === null ? {} : { [tokenHeader]: token }),
			...(method === "POST" ? { "content-type": "application/json" } : {}),
			...more,
		},
		...(method === "POST" ? { body: JSON.stringify(body) } : {}),
	});
	const text = await response.text();
	const json = text.startsWith("{") ? (JSON.parse(text) as { errors?: { extensions: { code: string } }[] }) : {};
	return { status: response.status, text, code: json.errors?.[0]?.extensions.code };
}

const reserve = async (headers: Record<string, string> = {}) => (await call("PUT", null, undefined, headers)).text;

async function open(token: string, headers: Record<string, string> = {}) {
	const left = new AbortController();
	const response = await fetch(address(), {
		headers: { accept: "text/event-stream", [tokenHeader]: token, ...headers },
		signal: left.signal,
	});
	const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
	let buffer = "";
	return {
		status: response.status,
		leave: () => left.abort(),
		/** The next event with its data; null at the end. */
		async next(): Promise<unknown> {
			for (;;) {
				const end = buffer.indexOf("\n\n");
				if (end >= 0) {
					const [event = "", data = ""] = buffer.slice(0, end).split("\n");
					buffer = buffer.slice(end + 2);
					if (event.startsWith(":")) continue;
					return [event.replace("event: ", ""), data === "data:" ? null : JSON.parse(data.replace("data: ", ""))];
				}
				const chunk = await reader?.read();
				if (chunk === undefined || chunk.done) return null;
				buffer += chunk.value;
			}
		},
	};
}

const operation = (operationId: string, query: string) => ({ query, extensions: { operationId } });
const changes = "subscription { changes { id name } }";

describe("a stream that carries several operations", () => {
	it("is reserved, opened, and carries what is asked on it", async () => {
		const token = await reserve();
		const stream = await open(token);
		expect(stream.status).toBe(200);
		expect((await call("POST", token, operation("a", "{ served }"))).status).toBe(202);
		expect(await stream.next()).toEqual(["next", { id: "a", payload: { data: { served: 1 } } }]);
		expect(await stream.next()).toEqual(["complete", { id: "a" }]);
		expect((await call("POST", token, operation("b", changes))).status).toBe(202);
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("2");
		expect(await stream.next()).toEqual([
			"next",
			{ id: "b", payload: { data: { changes: { id: "2", name: "two" } } } },
		]);
		expect((await call("DELETE", token, { operationId: "b" })).status).toBe(200);
		await expect.poll(() => running.world.listening).toBe(0);
		stream.leave();
		await expect.poll(async () => (await call("POST", token, operation("c", "{ served }"))).status).toBe(404);
	});

	it("serves graphql-sse's client", async () => {
		const client = createClient({ url: address(), singleConnection: true, retryAttempts: 0 });
		const query = client.iterate({ query: "{ things { name } }" });
		expect((await query.next()).value).toEqual({ data: { things: [{ name: "one" }, { name: "two" }] } });
		const events = client.iterate({ query: changes });
		const next = events.next();
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("1");
		expect((await next).value).toEqual({ data: { changes: { id: "1", name: "one" } } });
		await events.return?.();
		await expect.poll(() => running.world.listening).toBe(0);
		client.dispose();
	});

	it("serves graphql-sse's client of distinct connections", async () => {
		const client = createClient({ url: address(), retryAttempts: 0 });
		const events = client.iterate({ query: changes });
		const next = events.next();
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("1");
		expect((await next).value).toEqual({ data: { changes: { id: "1", name: "one" } } });
		client.dispose();
		await expect.poll(() => running.world.listening).toBe(0);
	});

	it("begins operations before it is open, and asks for nothing until then", async () => {
		const token = await reserve();
		expect((await call("POST", token, operation("a", "{ served }"))).status).toBe(202);
		const stream = await open(token);
		expect(await stream.next()).toEqual(["next", { id: "a", payload: { data: { served: 1 } } }]);
		stream.leave();
	});

	it("says what is wrong where it is asked", async () => {
		const token = await reserve();
		const stream = await open(token);
		const second = await call("GET", token, undefined, { accept: "text/event-stream" });
		expect(second).toMatchObject({ status: 409, code: "CONFLICT" });
		expect(await call("POST", "unknown", operation("a", "{ served }"))).toMatchObject({
			status: 404,
			code: "NOT_FOUND",
		});
		expect(await call("POST", token, { query: "{ served }" })).toMatchObject({ status: 400, code: "BAD_USER_INPUT" });
		expect(
			await call("POST", token, operation("a", "{ servd }"), { accept: "application/graphql-response+json" }),
		).toMatchObject({
			status: 400,
			code: "GRAPHQL_VALIDATION_FAILED",
		});
		expect((await call("POST", token, operation("a", changes))).status).toBe(202);
		expect(await call("POST", token, operation("a", changes))).toMatchObject({ status: 409, code: "CONFLICT" });
		expect((await call("POST", token, operation("b", changes))).status).toBe(202);
		expect(await call("POST", token, operation("c", changes))).toMatchObject({ status: 400, code: "LIMIT_EXCEEDED" });
		expect((await call("DELETE", token)).status).toBe(400);
		expect((await call("DELETE", null)).status).toBe(405);
		stream.leave();
	});

	it("is only for whom it was reserved", async () => {
		const alice = { authorization: "Bearer alice" };
		const bob = { authorization: "Bearer bob" };
		const token = await reserve(alice);
		expect(await call("POST", token, operation("a", "{ whoAmI }"), bob)).toMatchObject({ status: 404 });
		expect((await open(token, bob)).status).toBe(404);
		const stream = await open(token, alice);
		await call("POST", token, operation("a", "{ whoAmI }"), alice);
		expect(await stream.next()).toEqual(["next", { id: "a", payload: { data: { whoAmI: "alice" } } }]);
		expect((await call("PUT", null, undefined, { authorization: "rubbish" })).status).toBe(401);
		stream.leave();
	});

	it("is let go where it is not opened, and there are only so many", async () => {
		const tokens = [await reserve(), await reserve(), await reserve()];
		const refused = await call("PUT", null);
		expect(refused).toMatchObject({ status: 429, code: "RATE_LIMITED" });
		await expect
			.poll(async () => (await call("POST", tokens[0] ?? "", operation("a", "{ served }"))).status, { timeout: 30_000 })
			.toBe(404);
		await expect.poll(async () => (await call("PUT", null)).status, { timeout: 30_000 }).toBe(201);
	});

	it("ends when the gateway goes away", async () => {
		const token = await reserve();
		const stream = await open(token);
		await call("POST", token, operation("a", changes));
		await expect.poll(() => running.world.listening).toBe(1);
		await running.gateway.close();
		expect(await stream.next()).toBeNull();
		expect(running.world.listening).toBe(0);
	});
});

describe("a stream whose credentials run out", () => {
	/** From when they are first shown: until then the gateway has to start. */
	const startExpiring = (millis: number) => {
		let expiresAt = 0;
		return startGateway({
			authenticate: async () => {
				expiresAt ||= Date.now() + millis;
				const credential = { scopes: new Set<string>(), policies: new Set<string>(), expiresAt };
				return { id: "token:short", permissions: new Set(), projects: null, credential };
			},
		});
	};
	const expired = { errors: [{ extensions: { code: "UNAUTHENTICATED" } }] };

	it("says so and ends, whether it carries one operation or several", async () => {
		await running.gateway.close();
		running = await startExpiring(2500);
		const token = await reserve();
		const stream = await open(token);
		await call("POST", token, operation("a", changes));
		const distinct = await fetch(`${address()}?query=${encodeURIComponent(changes)}`, {
			headers: { accept: "text/event-stream" },
		});
		expect(await stream.next()).toMatchObject(["next", { id: "a", payload: expired }]);
		expect(await stream.next()).toEqual(["complete", { id: "a" }]);
		expect(await stream.next()).toBeNull();
		const text = await distinct.text();
		expect(text).toContain("UNAUTHENTICATED");
		expect(text.endsWith("event: complete\ndata:\n\n")).toBe(true);
		await expect.poll(() => running.world.listening).toBe(0);
	});
});
