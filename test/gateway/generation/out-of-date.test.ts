import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { graphql } from "graphql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signatureHeaders } from "../../../core/access/signed-request.ts";
import { sdlHash } from "../../../core/federation/sdl-hash.ts";
import { type HttpSubgraph, httpSubgraph } from "../../../gateway/transport/http/http-subgraph.ts";
import { type Running, recordingLogger, startGateway } from "../support/gateway.ts";
import { subgraph } from "../support/subgraphs.ts";

const version = (n: number) =>
	subgraph(`type Query { always: Int v${n}: Int } type Mutation { write: Int }`, {
		Query: { always: () => n },
		Mutation: { write: () => n },
	});

let running: Running;
let server: Server;
let remote: HttpSubgraph;
/** What the subgraph is now: it holds no schema but this one. */
let latest: ReturnType<typeof version>;
let asked: string[];

beforeEach(async () => {
	latest = version(1);
	asked = [];
	server = createServer((request, response) => {
		void text(request).then(async (body) => {
			const { query } = JSON.parse(body) as { query: string };
			asked.push(query);
			const hash = sdlHash(latest.sdl);
			const current = request.headers[signatureHeaders.graph] === hash;
			const refusal = { errors: [{ message: "Another schema.", extensions: { code: "GRAPH_OUT_OF_DATE" } }] };
			const result = current ? await graphql({ schema: latest.schema, source: query }) : refusal;
			response.writeHead(current ? 200 : 409, { "content-type": "application/json", [signatureHeaders.graph]: hash });
			response.end(JSON.stringify(result));
		});
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`;
	remote = httpSubgraph({ name: "remote", url, sdl: async () => latest.sdl, logger: recordingLogger([]) });
	running = await startGateway({ subgraphs: [remote] });
});
afterEach(async () => {
	await running.gateway.close();
	await remote.close();
	server.closeAllConnections();
	server.close();
});

const code = (answer: Awaited<ReturnType<Running["post"]>>) => answer.errors?.[0]?.extensions["code"];

describe("a gateway that is behind a subgraph of another process", () => {
	it("looks at the graph anew and asks a query again: its client notices nothing", async () => {
		expect((await running.post("{ always }")).data).toEqual({ always: 1 });
		latest = version(2);
		const answers = await Promise.all(Array.from({ length: 10 }, () => running.post("{ always }")));
		for (const answer of answers) expect(answer.raw).toEqual({ data: { always: 2 } });
		expect((await running.post("{ v2 }")).errors).toBeUndefined();
	});

	it("asks once more, not again and again, and says what is wrong", async () => {
		// It says that it is another one each time it is asked: its hash is never the one that was composed.
		const sdl = latest.sdl;
		latest = { ...latest, sdl: `${sdl} ` };
		Object.defineProperty(latest, "sdl", { get: () => `${sdl}${" ".repeat(asked.length + 1)}` });
		expect(code(await running.post("{ always }"))).toBe("GRAPH_OUT_OF_DATE");
		expect(asked).toHaveLength(2);
	});

	it("does not repeat a mutation", async () => {
		latest = version(2);
		expect(code(await running.post("mutation { write }"))).toBe("GRAPH_OUT_OF_DATE");
		expect(asked).toHaveLength(1);
	});

	it("gives the first answer where the query fits the new graph no more", async () => {
		latest = version(2);
		expect(code(await running.post("{ v1 }"))).toBe("GRAPH_OUT_OF_DATE");
		expect(asked).toHaveLength(1);
	});
});
