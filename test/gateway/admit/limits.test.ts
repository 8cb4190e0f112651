import { getIntrospectionQuery } from "graphql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway();
	await running.post("{ served }");
});
afterAll(() => running.gateway.close());

describe("limits", () => {
	it("admit the introspection of GraphiQL", async () => {
		const query = getIntrospectionQuery({
			schemaDescription: true,
			inputValueDeprecation: true,
			specifiedByUrl: true,
			directiveIsRepeatable: true,
			oneOf: true,
		});
		const answer = await running.post(query);
		expect(answer.errors).toBeUndefined();
		const text = JSON.stringify(answer.data);
		expect(text).toContain('"Thing"');
		for (const hidden of ["_Entity", "_entities", "_service", "join__"]) expect(text).not.toContain(hidden);
	});

	it("refuse both sides of a oneOf in variables", async () => {
		const answer = await running.post("query ($by: Choice!) { choose(by: $by) }", { by: { a: 1, b: 2 } });
		expect(answer.errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
		expect(answer.raw).not.toHaveProperty("data");
	});

	it("admit what stands exactly at them", async () => {
		const aliases = (count: number) => `{ ${Array.from({ length: count }, (_, i) => `a${i}: served`).join(" ")} }`;
		expect((await running.post(aliases(15))).errors).toBeUndefined();
		expect((await running.post(aliases(16))).errors?.[0]?.extensions["code"]).toBe("QUERY_TOO_COMPLEX");
	});

	it("keep the cache of good documents apart from that of refused ones", async () => {
		const small = await startGateway({ limits: { cachedDocuments: 10 } });
		try {
			for (let i = 0; i < 100; i++) await small.post(`{ unknown${i} }`);
			expect((await small.post("{ served }")).raw).toEqual({ data: { served: 1 } });
		} finally {
			await small.gateway.close();
		}
	});
});
