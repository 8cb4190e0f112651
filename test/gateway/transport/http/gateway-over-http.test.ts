import { createClient } from "graphql-sse";
import { afterEach, describe, expect, it } from "vitest";
import { NonceMemory } from "../../../../core/access/nonce-memory.ts";
import { signatureSkewMillis, signingKeys, verifySignedRequest } from "../../../../core/access/signed-request.ts";
import type { SubgraphExecutor } from "../../../../core/ports/subgraph.ts";
import { httpSubgraph } from "../../../../gateway/transport/http/http-subgraph.ts";
import { requestSigner } from "../../../../gateway/transport/http/request-signer.ts";
import { recordingLogger, startGateway } from "../../support/gateway.ts";
import { answerJson, type Respond, startHttpServer } from "./support/http-server.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

const keys = signingKeys(["an example secret of 32 characters"]);
const sdl = `
	extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
	type Query { who: String tenant: String stuck: String big: Big bigs: [Big!] thing: Thing }
	type Subscription { tenants: String }
	type Thing @key(fields: "id") { id: ID! size: Int }
	scalar Big
`;
const otherSdl = `
	extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
	type Query { other: String }
	type Thing @key(fields: "id") { id: ID! weight: Int }
`;

/** A gateway over two subgraphs over HTTP that answer as they are told. */
async function start(one: Respond, two: Respond = answerJson({ data: { other: "well" } }), options = {}) {
	const passedHeaders = ["x-tenant"];
	const open = async (name: string, respond: Respond, text: string): Promise<SubgraphExecutor> => {
		const server = await startHttpServer(respond);
		const subgraph = httpSubgraph({
			name,
			url: server.url,
			sdl: async () => text,
			logger: recordingLogger([]),
			sign: requestSigner(keys[0]!, { subgraph: name }),
			passedHeaders,
			limits: { retryMillis: 1 },
		});
		closing.unshift(() => subgraph.close(), server.close);
		return subgraph;
	};
	const subgraphs = [await open("one", one, sdl), await open("two", two, otherSdl)];
	const running = await startGateway({ subgraphs, passedHeaders, ...options });
	closing.unshift(() => running.gateway.close());
	return running;
}

describe("a gateway over subgraphs over HTTP", () => {
	it("never mixes principals or headers of clients that ask the same at once", async () => {
		const nonces = new NonceMemory({ limit: 10_000, windowMillis: signatureSkewMillis });
		const { post } = await start(async (response, asked) => {
			const { principal } = verifySignedRequest(asked, { subgraph: "one", keys, nonces, now: Date.now() });
			// Answers of different length of wait, so that they overtake each other.
			await new Promise((resolve) => setTimeout(resolve, asked.body.length % 3));
			await answerJson({ data: { who: principal.id, tenant: asked.headers["x-tenant"] ?? null } })(response, asked);
		});
		const callers = Array.from({ length: 120 }, (_, index) => ({ who: `p${index % 5}`, tenant: `t${index % 3}` }));
		const answers = await Promise.all(
			callers.map(({ who, tenant }) =>
				post("{ who tenant }", {}, { authorization: `Bearer ${who}`, "x-tenant": tenant, cookie: "secret=1" }),
			),
		);
		expect(answers.map(({ data }) => data)).toEqual(callers);
	});

	it("does not share a subscription between headers that a subgraph sees", async () => {
		const running = await start((response, asked) => {
			response.writeHead(200, { "content-type": "text/event-stream" });
			const result = JSON.stringify({ data: { tenants: asked.headers["x-tenant"] } });
			response.write(`event: next\ndata: ${result}\n\n`);
		});
		const firstOf = async (tenant: string) => {
			const client = createClient({ url: `${running.url}/graphql`, headers: { "x-tenant": tenant }, retryAttempts: 0 });
			const events = client.iterate({ query: "subscription { tenants }" });
			const { value } = await events.next();
			client.dispose();
			return (value as { data: unknown }).data;
		};
		const [eu, us] = await Promise.all([firstOf("eu"), firstOf("us")]);
		expect([eu, us]).toEqual([{ tenants: "eu" }, { tenants: "us" }]);
	});

	it("answers what one of them knows while the other is down, with an error that names it", async () => {
		const { post } = await start(answerJson({ data: { who: "ada" } }), (response) => void response.destroy());
		const { data, errors } = await post("{ who other }");
		expect(data).toEqual({ who: "ada", other: null });
		expect(errors).toMatchObject([
			{ path: ["other"], extensions: { code: "SUBGRAPH_UNAVAILABLE", name: "two", service: "two" } },
		]);
	});

	it("answers what it has when the time of the operation is over", async () => {
		const { post } = await start(() => undefined, undefined, { limits: { operationMillis: 1_500 } });
		const { data, errors } = await post("{ stuck other }");
		expect(data).toEqual({ stuck: null, other: "well" });
		expect(errors).toMatchObject([{ path: ["stuck"], extensions: { code: "DEADLINE_EXCEEDED", service: "one" } }]);
	});

	it("gives large numbers to the client as the subgraph wrote them", async () => {
		const text = '{"data":{"big":9007199254740993,"bigs":[18446744073709551615,1]}}';
		const { post, url } = await start(
			(response) => void response.writeHead(200, { "content-type": "application/json" }).end(text),
		);
		await post("{ big bigs }");
		const answer = await fetch(`${url}/graphql`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ query: "{ big bigs }" }),
		});
		expect(await answer.text()).toBe(text);
	});

	it("shows nothing of a hostile answer", async () => {
		const { post } = await start(
			answerJson({ data: { thing: [[1]] }, errors: [{ message: "at /srv", extensions: { code: 1 } }] }),
		);
		const { data, errors } = await post("{ thing { id size weight } }");
		expect(data).toEqual({ thing: null });
		expect(JSON.stringify(errors)).not.toContain("/srv");
	});
});
