import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { executedGraph, execution } from "../support/executed.ts";
import { type Running, startGateway } from "../support/gateway.ts";
import { registrySubgraph, servingSubgraph, World } from "../support/subgraphs.ts";

let running: Running;
beforeAll(async () => {
	running = await startGateway();
});
afterAll(() => running.gateway.close());
beforeEach(() => {
	running.world.batches.length = 0;
	running.world.scopes.length = 0;
});

const authorization = (name: string) => ({ authorization: `Bearer ${name}` });

describe("isolation", () => {
	it("never shows one principal the entities of another, asked at the same time", async () => {
		const names = Array.from({ length: 40 }, (_, i) => `user${i % 2}`);
		const answers = await Promise.all(
			names.map((name) => running.post("{ whoAmI things { id reader value } }", {}, authorization(name))),
		);
		answers.forEach((answer, i) => {
			expect(answer.errors).toBeUndefined();
			expect(answer.data?.["whoAmI"]).toBe(names[i]);
			expect(answer.data?.["things"]).toMatchObject([{ reader: names[i] }, { reader: names[i] }]);
		});
	});

	it("holds for one compiled operation that runs for two at once", async () => {
		const { prepare } = await executedGraph({ registry: registrySubgraph(), serving: servingSubgraph(new World()) });
		const { compiled, variables } = await prepare("{ things { id reader } }");
		const readAs = (id: string) =>
			compiled.execute(variables, execution({ principal: { id, permissions: new Set(), projects: null } }));
		const results = await Promise.all(["alice", "bob", "alice", "bob"].map(readAs));
		expect(results.map((result) => result.data?.["things"])).toEqual(
			["alice", "bob", "alice", "bob"].map((reader) => [
				{ id: "1", reader },
				{ id: "2", reader },
			]),
		);
	});

	it("reads anew for each operation", async () => {
		const read = async () => (await running.post("{ thing(id: 1) { value } }")).data;
		running.world.values.set("1", 100);
		expect(await read()).toEqual({ thing: { value: 100 } });
		running.world.values.set("1", 101);
		expect(await read()).toEqual({ thing: { value: 101 } });
	});

	it("loads all entities of an operation in one batch, over aliases and levels", async () => {
		await running.post("{ a: thing(id: 1) { value } b: thing(id: 2) { value } things { value } }");
		expect(running.world.batches.map((batch) => batch.toSorted())).toEqual([["1", "2"]]);
		expect(new Set(running.world.scopes).size).toBe(1);
	});

	it("reads anew after each field of a mutation", async () => {
		const answer = await running.post(
			`mutation { a: write(id: "1", value: 1) { id name value } b: write(id: "1", value: 2) { id name value } }`,
		);
		expect(answer.data).toEqual({ a: { id: "1", name: "one", value: 1 }, b: { id: "1", name: "one", value: 2 } });
		expect(new Set(running.world.scopes).size).toBe(2);
	});
});
