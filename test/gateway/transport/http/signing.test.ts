import { afterEach, describe, expect, it } from "vitest";
import { NonceMemory } from "../../../../core/access/nonce-memory.ts";
import { signatureSkewMillis, signingKeys, verifySignedRequest } from "../../../../core/access/signed-request.ts";
import type { HttpSubgraphOptions } from "../../../../gateway/transport/http/http-subgraph.ts";
import { requestSigner } from "../../../../gateway/transport/http/request-signer.ts";
import { principalNamed, refusalOf, requestOf, subgraphAt } from "./support/ask.ts";
import { type Asked, answerJson, type Respond, startHttpServer } from "./support/http-server.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

const keys = signingKeys(["an example secret of 32 characters"]);

/** A subgraph that answers who asks, and refuses whom it does not know. */
function whoAsks(now: () => number = Date.now): Respond {
	const nonces = new NonceMemory({ limit: 10_000, windowMillis: signatureSkewMillis });
	return (response, asked) => {
		try {
			const { principal } = verifySignedRequest(asked, { subgraph: "things", keys, nonces, now: now() });
			return answerJson({ data: { field: principal.id } })(response, asked);
		} catch (error) {
			const { message } = error as Error;
			return answerJson({ errors: [{ message, extensions: { code: "UNAUTHENTICATED" } }] }, 401)(response, asked);
		}
	};
}

async function start(respond: Respond, options: Partial<HttpSubgraphOptions> = {}) {
	const server = await startHttpServer(respond);
	const sign = requestSigner(keys[0]!, { subgraph: "things" });
	const { subgraph, logs } = subgraphAt(server.url, { sign, ...options });
	closing.push(() => subgraph.close(), server.close);
	const again = async (asked: Asked, changes: Partial<Asked> = {}) => {
		const { method, path, body, headers } = { ...asked, ...changes };
		const answer = await fetch(new URL(path, server.url), { method, body, headers: headers as Record<string, string> });
		return JSON.stringify(await answer.json());
	};
	return { server, subgraph, logs, again };
}

describe("a signed subgraph over HTTP", () => {
	it("knows who asks, of very many at once", async () => {
		const { subgraph } = await start(whoAsks());
		const names = Array.from({ length: 200 }, (_, index) => `principal-${index % 7}`);
		const answers = await Promise.all(
			names.map((name) => subgraph.execute(requestOf("{ field }", { context: { principal: principalNamed(name) } }))),
		);
		expect(answers.map(({ data }) => data?.["field"])).toEqual(names);
	});

	it("refuses what was sent before, or changed", async () => {
		const { server, subgraph, again } = await start(whoAsks());
		await subgraph.execute(requestOf());
		const asked = server.asked[0]!;
		const { connection: _, "transfer-encoding": __, "content-length": ___, ...headers } = asked.headers;
		const sent = { ...asked, headers };
		expect(await again(sent)).toContain("answered before");
		expect(await again(sent, { body: sent.body.replace("field", "other") })).toContain("not valid");
		expect(await again(sent, { path: "/graphql?other" })).toContain("not valid");
		const principal = Buffer.from(JSON.stringify({ id: "root", permissions: [], projects: null })).toString(
			"base64url",
		);
		expect(await again(sent, { headers: { ...headers, "featuregraph-principal": principal } })).toContain("not valid");
		const { "featuregraph-signature": _signature, ...unsigned } = headers;
		expect(await again(sent, { headers: unsigned })).toContain("lacks the header");
	});

	it("refuses what is stale", async () => {
		const { subgraph, logs } = await start(whoAsks(() => Date.now() + 61_000));
		await refusalOf(subgraph);
		expect((logs.at(-1)?.fields["err"] as Error).message).toContain("401");
	});

	it("that refuses the gateway is an error of ours: the client's credentials are not in question", async () => {
		const { subgraph } = await start(whoAsks(), { sign: null });
		expect(await refusalOf(subgraph)).toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
			message: "The subgraph `things` does not accept the requests of the gateway.",
			details: { name: "things" },
		});
	});

	it("gets a new signature with the second attempt", async () => {
		const answer = whoAsks();
		let count = 0;
		const { subgraph } = await start((response, asked) => {
			// It was taken, and the answer was lost on the way.
			if (count++ === 0) {
				void answer(
					Object.create(response, { writeHead: { value: () => ({ end: () => response.destroy() }) } }),
					asked,
				);
				return;
			}
			return answer(response, asked);
		});
		expect(await subgraph.execute(requestOf())).toEqual({ data: { field: "ada" } });
	});
});

describe("headers of the client", () => {
	const client = {
		authorization: "Bearer secret",
		cookie: "session=1",
		"x-tenant": "eu",
		"x-other": "no",
		"featuregraph-principal": "forged",
		"x-request-id": "forged",
	};

	it("stay with the gateway, but for its trace", async () => {
		const { server, subgraph } = await start(answerJson({ data: {} }));
		const trace = { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", tracestate: "a=b" };
		await subgraph.execute(requestOf("{ field }", { context: { headers: client, trace } }));
		const { headers } = server.asked[0]!;
		for (const name of ["authorization", "cookie", "x-tenant", "x-other"]) expect(headers).not.toHaveProperty(name);
		expect(headers).toMatchObject(trace);
		expect(headers["x-request-id"]).toBe("request-1");
		expect(headers["featuregraph-principal"]).not.toContain("forged");
	});

	it("are passed on where they are listed, each with its own operation", async () => {
		const { server, subgraph } = await start(
			(response, asked) => answerJson({ data: { field: asked.headers["x-tenant"] } })(response, asked),
			{ passedHeaders: ["x-tenant", "authorization"], fixedHeaders: { "x-api-key": "k", authorization: "Basic gate" } },
		);
		const tenants = Array.from({ length: 100 }, (_, index) => `tenant-${index}`);
		const answers = await Promise.all(
			tenants.map((tenant) =>
				subgraph.execute(requestOf("{ field }", { context: { headers: { ...client, "x-tenant": tenant } } })),
			),
		);
		expect(answers.map(({ data }) => data?.["field"])).toEqual(tenants);
		expect(server.asked[0]?.headers).toMatchObject({ "x-api-key": "k", authorization: "Basic gate" });
		expect(server.asked[0]?.headers).not.toHaveProperty("cookie");
	});
});
