import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { readTrustedDocuments } from "../../../gateway/admit/trusted-documents.ts";
import { type Running, startGateway } from "../support/gateway.ts";

const names = "{ things { name } }";
const hashOf = (text: string) => createHash("sha256").update(text).digest("hex");
const persistedQuery = (sha256Hash: string, version: unknown = 1) => ({ persistedQuery: { version, sha256Hash } });

async function post(running: Running, body: object, accept = "application/graphql-response+json") {
	const response = await fetch(`${running.url}/graphql`, {
		method: "POST",
		headers: { "content-type": "application/json", accept },
		body: JSON.stringify(body),
	});
	return { status: response.status, body: (await response.json()) as Answer };
}

interface Answer {
	readonly data?: unknown;
	readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
}

const codeOf = ({ body }: { readonly body: Answer }) => body.errors?.[0]?.extensions.code;

describe("a manifest of trusted documents", () => {
	it("is Apollo's, or plain JSON of ids and texts", () => {
		const apollo = {
			format: "apollo-persisted-query-manifest",
			version: 1,
			operations: [{ id: "a", name: "A", type: "query", body: names }],
		};
		for (const manifest of [apollo, { a: names }]) {
			const trusted = readTrustedDocuments(JSON.stringify(manifest), "manifest.json");
			expect(trusted.textOf("a")).toBe(names);
			expect(trusted.textOf("sha256:a")).toBe(names);
			expect(trusted.textOf("constructor")).toBeUndefined();
			expect([...trusted.documents()]).toEqual([{ id: "a", text: names }]);
			expect(trusted.has(`${names} `)).toBe(false);
		}
	});

	it.each([
		["what is not JSON", "{"],
		["a list", "[]"],
		["a document that is no text", '{"a": 1}'],
		["an empty document", '{"a": " "}'],
		["another format", '{"format": "relay", "version": 1, "operations": []}'],
		["another version", '{"format": "apollo-persisted-query-manifest", "version": 2, "operations": []}'],
		["an operation without an id", '{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{}]}'],
		[
			"two documents under one id",
			'{"format": "apollo-persisted-query-manifest", "version": 1, "operations": [{"id": "a", "body": "{a}"}, {"id": "a", "body": "{b}"}]}',
		],
	])("is not %s", (_, json) => {
		expect(() => readTrustedDocuments(json, "manifest.json")).toThrow("manifest.json");
	});
});

describe("automatic persisted queries", () => {
	let running: Running;
	beforeAll(async () => {
		running = await startGateway();
	});
	afterAll(() => running.gateway.close());

	it("are asked for, sent once, then known by their hash, also by GET and over WebSocket", async () => {
		const extensions = persistedQuery(hashOf(names));
		const unknown = await post(running, { extensions });
		expect(unknown).toMatchObject({ status: 404, body: { errors: [{ message: "PersistedQueryNotFound" }] } });
		expect(codeOf(unknown)).toBe("PERSISTED_QUERY_NOT_FOUND");
		expect((await post(running, { extensions }, "application/json")).status).toBe(200);

		expect(await post(running, { query: names, extensions })).toMatchObject({ status: 200 });
		const data = { things: [{ name: "one" }, { name: "two" }] };
		expect((await post(running, { extensions })).body).toEqual({ data });
		const got = await fetch(`${running.url}/graphql?extensions=${encodeURIComponent(JSON.stringify(extensions))}`);
		expect(await got.json()).toEqual({ data });
		expect(await overWebSocket(running, { query: "", extensions })).toMatchObject({ type: "next", payload: { data } });
	});

	it("are kept only where the document was admitted", async () => {
		const bad = "{ thingz }";
		const extensions = persistedQuery(hashOf(bad));
		expect(codeOf(await post(running, { query: bad, extensions }))).toBe("GRAPHQL_VALIDATION_FAILED");
		expect(codeOf(await post(running, { extensions }))).toBe("PERSISTED_QUERY_NOT_FOUND");
	});

	it("are refused under the hash of something else", async () => {
		const answer = await post(running, { query: names, extensions: persistedQuery(hashOf("{ served }")) });
		expect(codeOf(answer)).toBe("PERSISTED_QUERY_MISMATCH");
		expect(codeOf(await post(running, { extensions: persistedQuery(hashOf("{ served }")) }))).toBe(
			"PERSISTED_QUERY_NOT_FOUND",
		);
	});

	it.each([[persistedQuery("abc", 2)], [{ persistedQuery: "abc" }], [{ persistedQuery: { version: 1 } }]])(
		"of another form are bad input: %j",
		async (extensions) => {
			expect(codeOf(await post(running, { query: names, extensions }))).toBe("BAD_USER_INPUT");
		},
	);

	it("are bounded", async () => {
		const small = await startGateway({ limits: { cachedDocuments: 2 } });
		try {
			const texts = ["{ served }", "{ whoAmI }", "{ things { id } }"];
			for (const query of texts) await post(small, { query, extensions: persistedQuery(hashOf(query)) });
			const codes = [];
			for (const query of texts) codes.push(codeOf(await post(small, { extensions: persistedQuery(hashOf(query)) })));
			expect(codes).toEqual(["PERSISTED_QUERY_NOT_FOUND", undefined, undefined]);
		} finally {
			await small.gateway.close();
		}
	});
});

describe("trusted documents", () => {
	const trustedDocuments = readTrustedDocuments(
		JSON.stringify({ names, follow: "subscription { changes { id } }", [hashOf("{ served }")]: "{ served }" }),
		"manifest.json",
	);
	let open: Running;
	let only: Running;
	beforeAll(async () => {
		open = await startGateway({ trustedDocuments });
		only = await startGateway({ trustedDocuments, trustedOnly: true });
	});
	afterAll(async () => {
		await open.gateway.close();
		await only.gateway.close();
	});

	it("are known by their id, or by their hash", async () => {
		for (const running of [open, only]) {
			expect((await post(running, { documentId: "names" })).body).toHaveProperty("data.things");
			expect((await post(running, { extensions: persistedQuery(hashOf("{ served }")) })).body).toEqual({
				data: { served: 1 },
			});
			const got = await fetch(`${running.url}/graphql?documentId=names`);
			expect(await got.json()).toHaveProperty("data.things");
			expect(await overWebSocket(running, { query: "", documentId: "names" })).toHaveProperty("payload.data.things");
			expect(codeOf(await post(running, { documentId: "unknown" }))).toBe("PERSISTED_QUERY_NOT_FOUND");
		}
	});

	it("leave others alone, unless they are all that is served", async () => {
		expect((await post(open, { query: "{ whoAmI }" })).status).toBe(200);
		const refused = await post(only, { query: "{ whoAmI }" });
		expect(refused.status).toBe(403);
		expect(codeOf(refused)).toBe("DOCUMENT_NOT_TRUSTED");
		expect((await post(only, { query: names })).status).toBe(200);
		const registering = { query: "{ whoAmI }", extensions: persistedQuery(hashOf("{ whoAmI }")) };
		expect(codeOf(await post(only, registering))).toBe("DOCUMENT_NOT_TRUSTED");
		expect(codeOf(await post(only, { extensions: registering.extensions }))).toBe("PERSISTED_QUERY_NOT_FOUND");
		expect(await overWebSocket(only, { query: "{ whoAmI }" })).toMatchObject({
			type: "error",
			payload: [{ extensions: { code: "DOCUMENT_NOT_TRUSTED" } }],
		});
	});

	it("are planned before the graph serves, and those that do not fit it are named in the log", async () => {
		const documents = JSON.stringify({
			names,
			flag: "query ($x: Boolean = true) { served @skip(if: $x) }",
			gone: "{ gone }",
		});
		const running = await startGateway({ trustedDocuments: readTrustedDocuments(documents, "manifest.json") });
		try {
			const warned = running.logs.filter(({ level }) => level === "warn");
			expect(warned.map(({ fields }) => fields["documents"])).toEqual([["gone"]]);
			expect((await post(running, { documentId: "names" })).status).toBe(200);
			expect(codeOf(await post(running, { documentId: "gone" }))).toBe("GRAPHQL_VALIDATION_FAILED");
		} finally {
			await running.gateway.close();
		}
	});

	it("are followed as server-sent events", async () => {
		const left = new AbortController();
		const response = await fetch(`${only.url}/graphql?documentId=follow`, {
			headers: { accept: "text/event-stream" },
			signal: left.signal,
		});
		expect(response.headers.get("content-type")).toContain("text/event-stream");
		await expect.poll(() => only.world.listening).toBe(1);
		left.abort();
		await expect.poll(() => only.world.listening).toBe(0);
	});
});

/** The first answer to an operation. */
async function overWebSocket(running: Running, payload: object): Promise<unknown> {
	const socket = new WebSocket(`${running.url.replace("http", "ws")}/graphql`, "graphql-transport-ws");
	try {
		return await new Promise((resolve, reject) => {
			socket.on("error", reject);
			socket.on("open", () => socket.send(JSON.stringify({ type: "connection_init" })));
			socket.on("message", (data: Buffer) => {
				const message = JSON.parse(data.toString("utf8")) as { readonly type: string };
				if (message.type === "connection_ack") socket.send(JSON.stringify({ id: "1", type: "subscribe", payload }));
				else resolve(message);
			});
		});
	} finally {
		socket.terminate();
	}
}
