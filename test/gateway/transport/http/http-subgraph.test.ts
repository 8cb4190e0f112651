import { afterEach, describe, expect, it } from "vitest";
import type { CacheUse } from "../../../../core/online/cache-use.ts";
import type { HttpSubgraphOptions } from "../../../../gateway/transport/http/http-subgraph.ts";
import { refusalOf, requestOf, subgraphAt } from "./support/ask.ts";
import { answerJson, answerText, graphqlJson, type Respond, startHttpServer } from "./support/http-server.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
	for (const close of closing.splice(0)) await close();
});

async function start(respond?: Respond, options: Partial<HttpSubgraphOptions> = {}) {
	const server = await startHttpServer(respond);
	const { subgraph, logs } = subgraphAt(server.url, options);
	closing.push(() => subgraph.close(), server.close);
	return { server, subgraph, logs };
}

describe("a subgraph over HTTP", () => {
	it("is asked with a POST of JSON, under the request id", async () => {
		const { server, subgraph } = await start(answerJson({ data: { field: "yes" } }));
		const request = requestOf("query ($id: ID!) { field(id: $id) }", { variables: { id: "é\n" } });
		expect(await subgraph.execute(request)).toEqual({ data: { field: "yes" } });
		const [asked] = server.asked;
		expect(asked).toMatchObject({ method: "POST", path: "/graphql" });
		expect(JSON.parse(asked!.body)).toEqual({ query: request.operation.text, variables: { id: "é\n" } });
		expect(asked!.headers).toMatchObject({
			"content-type": "application/json",
			accept: expect.stringContaining(graphqlJson),
			"x-request-id": "request-1",
		});
		expect(asked!.headers).not.toHaveProperty("accept-encoding");
	});

	it("answers with data, with errors and paths, or with errors alone", async () => {
		const { server, subgraph } = await start();
		const error = { message: "No.", path: ["field", 0], extensions: { code: "NOT_FOUND", name: "x" } };
		server.respond = answerJson({ data: { field: null }, errors: [{ ...error, locations: [{ line: 1, column: 1 }] }] });
		const partial = await subgraph.execute(requestOf());
		expect(JSON.parse(JSON.stringify(partial))).toEqual({ data: { field: null }, errors: [error] });
		server.respond = answerJson({ errors: [{ ...error, path: null }] }, 400);
		expect(await subgraph.execute(requestOf())).toMatchObject({ errors: [{ message: "No." }] });
		server.respond = answerText('{"data":{"field":1},"errors":[]}', {
			"content-type": "application/json; charset=UTF-8",
		});
		expect(await subgraph.execute(requestOf())).toEqual({ data: { field: 1 } });
	});

	it("shows nothing of errors that the subgraph did not mean, and logs them", async () => {
		const leak = { message: "connect ECONNREFUSED 10.0.0.7:5432", path: ["field"] };
		const { server, subgraph, logs } = await start();
		for (const extensions of [undefined, { code: "INTERNAL_SERVER_ERROR", stacktrace: ["at /srv/app.js:1"] }]) {
			server.respond = answerJson({ data: { field: null }, errors: [{ ...leak, extensions }] });
			const { errors } = await subgraph.execute(requestOf());
			expect(JSON.parse(JSON.stringify(errors))).toEqual([
				{
					message: "An error of the subgraph `things`. The log has it under the request id request-1.",
					path: ["field"],
					extensions: { code: "INTERNAL_SERVER_ERROR", requestId: "request-1" },
				},
			]);
			expect(logs.at(-1)?.fields).toMatchObject({ subgraph: "things", requestId: "request-1", message: leak.message });
		}
	});

	it("shows of the extensions of an error what is meant for clients", async () => {
		const extensions = { code: "CONFLICT", hint: "Again.", stacktrace: ["at /srv"], exception: { sql: "select" } };
		const { subgraph } = await start(answerJson({ data: null, errors: [{ message: "Taken.", extensions }] }));
		const { errors } = await subgraph.execute(requestOf());
		expect(errors?.[0]?.extensions).toEqual({ code: "CONFLICT", hint: "Again." });
	});

	it("learns of its cache where that was asked, of numbers alone", async () => {
		const { server, subgraph } = await start();
		const cacheUses: CacheUse[] = [];
		const ask = async (cache: unknown, context: { cacheUses?: CacheUse[] } = { cacheUses }) => {
			server.respond = answerJson({ data: { field: 1 }, extensions: { cache } });
			expect(await subgraph.execute(requestOf("{ field }", { context }))).toEqual({ data: { field: 1 } });
		};
		await ask({ hits: 3, misses: 1 });
		await ask({ hits: 3, misses: 1 }, {});
		for (const cache of [
			null,
			"all",
			{},
			{ hits: "3", misses: 1 },
			{ hits: -1, misses: 0 },
			{ hits: 0.5, misses: 0 },
		]) {
			await ask(cache);
		}
		expect(cacheUses).toEqual([{ cacheHits: 3, cacheMisses: 1 }]);
	});

	it("keeps numbers exactly that JavaScript cannot hold", async () => {
		const body =
			'{"data":{"big":9007199254740993,"low":-12345678901234567890,"far":1e400,"list":[18446744073709551615],"same":9007199254740992,"pi":3.141592653589793238}}';
		const { subgraph } = await start(answerText(body));
		const { data } = await subgraph.execute(requestOf());
		expect(JSON.stringify({ data })).toBe(body.replace("3.141592653589793238", "3.141592653589793"));
		expect(data?.["same"]).toBe(2 ** 53);
	});

	it("uses its connections again, and no more than it may", async () => {
		const waiting: (() => void)[] = [];
		const { server, subgraph } = await start(
			async (response, asked) => {
				await new Promise<void>((resolve) => waiting.push(resolve));
				await answerJson({ data: {} })(response, asked);
			},
			{ limits: { connections: 2, waiting: 1 } },
		);
		const running = [1, 2, 3].map(() => subgraph.execute(requestOf()));
		expect(await refusalOf(subgraph)).toMatchObject({ code: "OVERLOADED", details: { name: "things" } });
		await expect.poll(() => waiting.length).toBe(2);
		expect(server.connections()).toBe(2);
		waiting.splice(0).forEach((resume) => resume());
		await expect.poll(() => waiting.length).toBe(1);
		waiting.splice(0).forEach((resume) => resume());
		await Promise.all(running);
		expect(server.connections()).toBe(2);
	});

	it("says once it shows another schema than it was asked by", async () => {
		const changed: string[] = [];
		const { server, subgraph } = await start(undefined, { schemaChanged: (hash) => changed.push(hash) });
		server.respond = (response, asked) => {
			const graph = asked.headers["featuregraph-graph"] as string;
			response.writeHead(200, { "content-type": graphqlJson, "featuregraph-graph": graph }).end('{"data":{}}');
		};
		await subgraph.execute(requestOf());
		expect(changed).toEqual([]);
		server.respond = answerText('{"data":{}}', { "content-type": graphqlJson, "featuregraph-graph": "new" });
		await subgraph.execute(requestOf());
		expect(changed).toEqual(["new"]);
	});
});

describe("a hostile answer", () => {
	const json = { "content-type": graphqlJson };
	const answers: Readonly<Record<string, readonly [respond: Respond, logged: RegExp]>> = {
		"of nothing": [answerText(""), /not JSON/],
		"that is not JSON": [answerText("<html>"), /not JSON/],
		"with garbage behind it": [answerText('{"data":{}} {"data":{}}'), /not JSON/],
		"that is cut off": [answerText('{"data":{"field":"'), /not JSON/],
		"that is not UTF-8": [answerText(Buffer.from('{"data":{"field":"\xff"}}', "latin1")), /not UTF-8/],
		"of another type": [answerText("<html>", { "content-type": "text/html" }), /text\/html/],
		"of no type": [answerText("{}", {}), /type null/],
		"in another charset": [answerText("{}", { "content-type": `${graphqlJson}; charset=utf-16` }), /utf-16/],
		"that is a list": [answerText("[]"), /no object/],
		"that is null": [answerText("null"), /no object/],
		"that is a number": [answerText("12345678901234567890"), /no object/],
		"without data or errors": [answerText("{}"), /neither data nor errors/],
		"with no data and no errors": [answerText('{"data":null,"errors":[]}'), /neither data nor errors/],
		"whose data is a list": [answerText('{"data":[1]}'), /`data`/],
		"whose data is text": [answerText('{"data":"all"}'), /`data`/],
		"whose data is a large number": [answerText('{"data":12345678901234567890}'), /`data`/],
		"whose errors are an object": [answerText('{"errors":{"message":"x"}}'), /`errors`/],
		"whose errors are text": [answerText('{"data":{},"errors":"x"}'), /`errors`/],
		"with an error of null": [answerText('{"errors":[null]}'), /an error is no object/],
		"with an error without a message": [answerText('{"errors":[{"message":1}]}'), /no message/],
		"with a path of text": [answerText('{"errors":[{"message":"x","path":"a.b"}]}'), /path/],
		"with a path of objects": [answerText('{"errors":[{"message":"x","path":[{}]}]}'), /path/],
		"with a path below zero": [answerText('{"errors":[{"message":"x","path":["a",-1]}]}'), /path/],
		"with extensions of text": [answerText('{"errors":[{"message":"x","extensions":"x"}]}'), /extensions/],
		"with a key __proto__": [answerText('{"data":{"field":{"__proto__":{"admin":true}}}}'), /__proto__/],
		"with a key __proto__ in escapes": [answerText('{"data":{"\\u005f_proto__":1}}'), /__proto__/],
		"that nests without end": [answerText(`{"data":{"field":${"[".repeat(900_000)}`), /nests/],
		"that nests in objects": [
			answerText(`{"data":{"field":${'{"a":'.repeat(500)}1${"}".repeat(500)}}}`),
			/nests more than 200/,
		],
		"that says it is huge": [
			(response) => void response.writeHead(200, { ...json, "content-length": "900000000" }).write("{"),
			/more than 1000000 bytes/,
		],
		"that is compressed": [answerText("\x1f\x8b", { ...json, "content-encoding": "gzip" }), /compressed/],
		"that leads elsewhere": [answerText("", { location: "http://169.254.169.254/latest" }, 302), /redirects/],
		"with a status and no GraphQL": [answerText("down", { "content-type": "text/plain" }, 500), /status 500/],
	};

	for (const [what, [respond, logged]] of Object.entries(answers)) {
		it(`${what} becomes an error that names the subgraph alone`, async () => {
			const { subgraph, logs, server } = await start(respond, {
				limits: { responseBytes: 1_000_000 },
			});
			expect(await refusalOf(subgraph)).toMatchObject({
				code: "SUBGRAPH_INVALID_RESPONSE",
				message: "The subgraph `things` answered with what is no GraphQL response.",
				details: { name: "things" },
			});
			expect(server.asked).toHaveLength(1);
			expect((logs.at(-1)?.fields["err"] as Error).message).toMatch(logged);
		});
	}

	it("without end is given up once it passes its bytes, and the connection with it", async () => {
		const written = { bytes: 0, ended: false };
		const { subgraph, logs } = await start(
			(response) => {
				response.writeHead(200, json);
				response.once("close", () => (written.ended = true));
				const chunk = Buffer.alloc(65_536, "[");
				const more = () => {
					while (!written.ended) {
						written.bytes += chunk.length;
						if (!response.write(chunk)) return void response.once("drain", more);
					}
				};
				more();
			},
			{ limits: { responseBytes: 1_000_000 } },
		);
		expect(await refusalOf(subgraph)).toMatchObject({ code: "SUBGRAPH_INVALID_RESPONSE" });
		await expect.poll(() => written.ended).toBe(true);
		expect((logs.at(-1)?.fields["err"] as Error).message).toMatch(/more than 1000000 bytes/);
	});

	it("that drips without end is given up in time", async () => {
		let ended = false;
		const { subgraph } = await start(
			(response) => {
				response.writeHead(200, json);
				const drip = setInterval(() => response.write(" "), 5);
				response.once("close", () => {
					clearInterval(drip);
					ended = true;
				});
			},
			{ limits: { requestMillis: 100 } },
		);
		expect(await refusalOf(subgraph)).toMatchObject({
			code: "SUBGRAPH_UNAVAILABLE",
			message: "The subgraph `things` did not answer in time.",
		});
		await expect.poll(() => ended).toBe(true);
	});

	it("of very many errors passes some on", async () => {
		const errors = Array.from({ length: 5000 }, () => ({ message: "x", extensions: { code: "CONFLICT" } }));
		const { subgraph } = await start(answerJson({ data: null, errors }), { limits: { responseErrors: 10 } });
		expect((await subgraph.execute(requestOf())).errors).toHaveLength(10);
	});

	it("does not keep the next ones from being taken", async () => {
		const { server, subgraph } = await start(answerText("<html>"), { limits: { failuresToOpen: 2 } });
		for (let count = 0; count < 5; count += 1) {
			expect(await refusalOf(subgraph)).toMatchObject({ code: "SUBGRAPH_INVALID_RESPONSE" });
		}
		server.respond = answerJson({ data: { field: "well" } });
		expect(await subgraph.execute(requestOf())).toEqual({ data: { field: "well" } });
	});
});
