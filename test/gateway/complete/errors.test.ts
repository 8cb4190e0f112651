import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Running, startGateway } from "../support/gateway.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway();
});
afterAll(() => running.gateway.close());

describe("errors", () => {
	it("carry the code, the name, the nearest names and the next step", async () => {
		const answer = await running.post("{ asked: unknownView }");
		expect(answer.status).toBe(200);
		expect(answer.raw).toEqual({
			data: { asked: null },
			errors: [
				{
					message: "No view `delay`.",
					path: ["asked"],
					extensions: {
						code: "UNKNOWN_VIEW",
						name: "delay",
						nearest: ["delays"],
						hint: "List the views.",
						service: "registry",
					},
				},
			],
		});
	});

	it("that stand for several become several, by index", async () => {
		const { errors } = await running.post("{ several }");
		expect(errors?.map(({ extensions, path }) => [extensions["index"], path])).toEqual([
			[0, ["several"]],
			[3, ["several"]],
		]);
	});

	it("that nobody meant to show are hidden, and logged under the request id", async () => {
		const answer = await running.post("{ internal }", {}, { "x-request-id": "find-me" });
		expect(answer.errors).toEqual([
			{
				message: "An error of ours. The log has it under the request id find-me.",
				path: ["internal"],
				extensions: { code: "INTERNAL_SERVER_ERROR", requestId: "find-me", service: "registry" },
			},
		]);
		expect(JSON.stringify(answer.raw)).not.toContain("hunter2");
		const logged = running.logs.find(({ fields }) => fields["requestId"] === "find-me");
		expect(logged?.level).toBe("error");
		expect(logged?.fields["subgraph"]).toBe("registry");
		expect(String(logged?.fields["err"])).toContain("hunter2");
	});

	it("of GraphQL with a code pass", async () => {
		const { errors } = await running.post("{ coded }");
		expect(errors?.[0]).toMatchObject({ message: "on purpose", extensions: { code: "CONFLICT" } });
	});

	it("of one root leave the others alone", async () => {
		const answer = await running.post("{ internal unknownView served things { id } }");
		expect(answer.data).toEqual({ internal: null, unknownView: null, served: 1, things: [{ id: "1" }, { id: "2" }] });
		expect(answer.errors?.map(({ path }) => path?.[0]).sort()).toEqual(["internal", "unknownView"]);
	});

	it("of one mutation leave the next alone", async () => {
		const answer = await running.post('mutation { a: fail(id: "1") { id } b: write(id: "1", value: 11) { id value } }');
		expect(answer.data).toEqual({ a: null, b: { id: "1", value: 11 } });
		expect(answer.errors).toMatchObject([{ path: ["a"], extensions: { code: "CONFLICT", name: "1" } }]);
	});

	it("of an entity have the client's path, not that of the subgraph", async () => {
		const answer = await running.post("{ all: things { id mine: broken } }");
		expect(answer.data).toEqual({
			all: [
				{ id: "1", mine: 1 },
				{ id: "2", mine: null },
			],
		});
		expect(answer.errors).toEqual([
			{
				message: "The store does not answer.",
				path: ["all", 1, "mine"],
				extensions: { code: "STORE_UNAVAILABLE", nearest: [], service: "serving" },
			},
		]);
	});

	it("of a field that must not be null empty the nearest that may be", async () => {
		const answer = await running.post("{ thing(id: 2) { id fragile } things { id } }");
		expect(answer.data).toEqual({ thing: null, things: [{ id: "1" }, { id: "2" }] });
		expect(answer.errors).toMatchObject([{ path: ["thing", "fragile"], extensions: { code: "EXPRESSION_FAILED" } }]);
	});

	it("of variables are the request's, with no data", async () => {
		const answer = await running.post("query ($id: ID!) { thing(id: $id) { id } }", { id: { no: "object" } });
		expect(answer.status).toBe(400);
		expect(answer.raw).not.toHaveProperty("data");
		expect(answer.errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
	});

	it("of a scalar in a subgraph keep their code", async () => {
		const asVariable = await running.post("query ($n: Int64!) { exactly(n: $n) }", { n: 2 ** 53 + 2 });
		expect(asVariable.errors?.[0]?.extensions).toMatchObject({ code: "INVALID_VALUE", hint: "Send a string." });
		const asLiteral = await running.post('{ exactly(n: "abc") }');
		expect(asLiteral.errors?.[0]).toMatchObject({ path: ["exactly"], extensions: { code: "BAD_USER_INPUT" } });
	});

	it("have no empty extensions, and answers neither", async () => {
		const answer = await running.post("{ served }");
		expect(Object.keys(answer.raw)).toEqual(["data"]);
	});
});

describe("64-bit integers", () => {
	it("pass exactly, as a literal and as a string", async () => {
		expect((await running.post("{ exactly(n: 9007199254740993) }")).data).toEqual({ exactly: "9007199254740993" });
		const answer = await running.post("query ($n: Int64!) { exactly(n: $n) }", { n: "9007199254740993" });
		expect(answer.data).toEqual({ exactly: "9007199254740993" });
	});
});
