import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway();
});
afterAll(() => running.gateway.close());

const query = "query Values($id: ID!) { thing(id: $id) { name value } }";
const explain = async (header: string, authorization = "Bearer anna") =>
	running.post(query, { id: "1" }, { "x-featuregraph-explain": header, authorization });

const explanationOf = (answer: Awaited<ReturnType<typeof explain>>) =>
	(answer.raw["extensions"] as { explain: Record<string, unknown> } | undefined)?.explain;

describe("an explained operation", () => {
	test("is planned and not executed", async () => {
		const before = running.world.batches.length;
		const answer = await explain("plan");
		expect(answer.status).toBe(200);
		expect(answer.data).toBeNull();
		expect(answer.errors).toBeUndefined();
		expect(explanationOf(answer)).toEqual({
			mode: "plan",
			plan: {
				node: "sequence",
				steps: [
					{ node: "fetch", service: "registry", kind: "query", operation: expect.stringContaining("thing(id: $id)") },
					{
						node: "fetch",
						service: "serving",
						kind: "query",
						path: "thing",
						operation: expect.stringContaining("_entities"),
					},
				],
			},
		});
		expect(running.world.batches).toHaveLength(before);
	});

	test("says of each fetch how it went, beside the answer", async () => {
		const answer = await explain("execute");
		expect(answer.data).toEqual({ thing: { name: "one", value: 10 } });
		const explanation = explanationOf(answer);
		expect(explanation).toMatchObject({
			mode: "execute",
			millis: expect.any(Number),
			plan: {
				steps: [
					{ service: "registry", fetched: { times: 1, representations: 0, errors: 0, unanswered: 0 } },
					{ service: "serving", fetched: { times: 1, representations: 1, errors: 0, unanswered: 0 } },
				],
			},
		});
		const [first, second] = (explanation?.["plan"] as { steps: { fetched: { bytes: number; startMillis: number } }[] })
			.steps;
		expect(first?.fetched.bytes).toBeGreaterThan(10);
		expect(second?.fetched.startMillis).toBeGreaterThan(first?.fetched.startMillis ?? Infinity);
	});

	test("counts the errors of a fetch, which the answer has too", async () => {
		const failing = await running.post("{ things { broken } }", {}, { "x-featuregraph-explain": "execute" });
		expect(failing.errors).toHaveLength(1);
		expect(explanationOf(failing)).toMatchObject({ plan: { steps: [{}, { fetched: { errors: 1 } }] } });
	});

	test("shows what variables hold only where that is asked for", async () => {
		expect(JSON.stringify(explanationOf(await explain("plan")))).not.toContain('"1"');
		expect(explanationOf(await explain("plan; variables"))).toMatchObject({ variables: { id: "1" } });
	});

	test("that one subgraph answers alone is one fetch", async () => {
		const answer = await running.post("{ served }", {}, { "x-featuregraph-explain": "execute" });
		expect(explanationOf(answer)).toMatchObject({ plan: { node: "fetch", service: "serving", fetched: { times: 1 } } });
	});

	test("is refused to those without the permission, and for words that are none", async () => {
		const refused = await explain("plan", "Bearer poor");
		expect(refused.errors?.[0]?.extensions["code"]).toBe("FORBIDDEN");
		expect(explanationOf(refused)).toBeUndefined();
		expect((await explain("analyze")).errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
	});

	test("is nothing that an operation has by itself", async () => {
		expect((await running.post(query, { id: "1" })).raw).not.toHaveProperty("extensions");
	});
});

test("nobody is told the plan where nobody is told the schema", async () => {
	const closed = await startGateway({ introspection: "none" });
	const answer = await closed.post("{ served }", {}, { "x-featuregraph-explain": "plan" });
	expect(answer.errors).toMatchObject([{ extensions: { code: "FORBIDDEN" } }]);
	expect(answer.raw["extensions"]).toBeUndefined();
	await closed.gateway.close();
});
