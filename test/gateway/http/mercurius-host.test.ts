import Fastify from "fastify";
import { OperationTypeNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { hostOnMercurius } from "../../../gateway/http/mercurius-host.ts";

const caller = { requestId: "1", credentials: { authorization: null }, signal: new AbortController().signal };

describe("the seam in Mercurius", () => {
	it("hands operations to our own execution, unparsed, and its result back untouched", async () => {
		const app = Fastify();
		const seen: unknown[] = [];
		const result = { data: { aliased: 1n }, extensions: { kept: true } };
		await hostOnMercurius(app, async (request, context) => {
			seen.push(request, context.caller);
			return result;
		});
		let answered: unknown;
		app.get("/", async (_request, reply) => {
			const context = { caller, kinds: [OperationTypeNode.QUERY], documentId: "one" };
			answered = await reply.graphql("not { even graphql", context, { n: 1 }, "Name");
			return "";
		});
		await app.inject("/");
		expect(seen).toEqual([
			{
				query: "not { even graphql",
				documentId: "one",
				sha256Hash: null,
				variables: { n: 1 },
				operationName: "Name",
			},
			caller,
		]);
		expect(answered).toBe(result);
		await app.graphql(parse("{ a }"), { caller, kinds: [] });
		expect(seen[2]).toMatchObject({ query: "{\n  a\n}", operationName: null });
		await app.close();
	});

	it("executes nothing that did not come through a route", async () => {
		const app = Fastify();
		await hostOnMercurius(app, async () => ({ data: {} }));
		await expect(app.graphql("{ a }")).rejects.toThrow("through a route");
		await app.close();
	});

	it("leaves no route, no GraphiQL and no subscriptions of Mercurius", async () => {
		const app = Fastify();
		await hostOnMercurius(app, async () => ({ data: {} }));
		for (const url of ["/graphql", "/graphiql", "/graphiql/main.js"]) {
			expect((await app.inject({ url, query: { query: "{ hosted }" } })).statusCode).toBe(404);
		}
		expect(app.server.listenerCount("upgrade")).toBe(0);
		await app.close();
	});
});
