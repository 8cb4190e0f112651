import { createClient } from "graphql-ws";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CompositionError } from "../../../schema/compose.ts";
import { type Running, startGateway } from "../support/gateway.ts";
import { holdSlow, registrySubgraph, subgraph } from "../support/subgraphs.ts";

let running: Running;
beforeEach(async () => {
	running = await startGateway();
});
afterEach(() => running.gateway.close());

const withLater = () => registrySubgraph("later: String");

describe("a new generation of the graph", () => {
	it("serves what the subgraphs now say, without a restart", async () => {
		const query = "{ thing(id: 1) { later } }";
		expect((await running.post(query)).errors?.[0]?.extensions["code"]).toBe("GRAPHQL_VALIDATION_FAILED");
		running.registry = withLater();
		await running.gateway.refresh();
		expect((await running.post(query)).data).toEqual({ thing: { later: "since the swap" } });
	});

	it("drops no request that runs, and ends each on the generation that it began with", async () => {
		running.registry = withLater();
		const slow = holdSlow(running.registry);
		await running.gateway.refresh();
		const answer = running.post("{ slow(millis: 0) thing(id: 1) { later } }");
		await expect.poll(() => slow.held).toBe(1);
		running.registry = registrySubgraph();
		await running.gateway.refresh();
		expect((await running.post("{ thing(id: 1) { later } }")).errors).toBeDefined();
		slow.goOn();
		expect((await answer).data).toEqual({ slow: "done", thing: { later: "since the swap" } });
	});

	it("fails no request while it swaps again and again", async () => {
		let stop = false;
		const failures: unknown[] = [];
		let answered = 0;
		const load = Promise.all(
			Array.from({ length: 8 }, async () => {
				while (!stop) {
					const answer = await running.post("{ things { id name value } served }");
					answered += 1;
					if (answer.status !== 200 || answer.errors !== undefined) failures.push(answer.raw);
				}
			}),
		);
		for (let i = 0; i < 20; i++) {
			running.registry = registrySubgraph(`v${i}: Int`);
			await running.gateway.refresh();
		}
		stop = true;
		await load;
		expect(failures).toEqual([]);
		expect(answered).toBeGreaterThan(20);
		expect((await running.post("{ thing(id: 1) { v19 } }")).errors).toBeUndefined();
	});

	it("leaves subscriptions open, without a gap", async () => {
		const client = createClient({ url: `${running.url.replace("http", "ws")}/graphql` });
		const events = client.iterate({ query: "subscription { changes { id name value } }" });
		const first = events.next();
		await expect.poll(() => running.world.listening).toBe(1);
		running.world.emit("1");
		expect((await first).value).toEqual({ data: { changes: { id: "1", name: "one", value: 10 } } });
		running.registry = withLater();
		const swapped = running.gateway.refresh();
		running.world.emit("2");
		await swapped;
		expect((await events.next()).value).toEqual({ data: { changes: { id: "2", name: "two", value: 20 } } });
		running.world.values.set("2", 21);
		running.world.emit("2");
		expect((await events.next()).value).toEqual({ data: { changes: { id: "2", name: "two", value: 21 } } });
		await client.dispose();
		await expect.poll(() => running.world.listening).toBe(0);
	});

	it("is refused where the subgraphs do not compose, names both sides and leaves the running one", async () => {
		running.registry = subgraph(
			'type Query { thing: Thing } type Thing @key(fields: "id") { id: ID! value: String }',
			{},
		);
		const refused = running.gateway.refresh();
		await expect(refused).rejects.toThrow(CompositionError);
		await expect(refused).rejects.toThrow(/registry.*serving|serving.*registry/is);
		expect((await running.post("{ things { value } }")).errors).toBeUndefined();
	});

	it("names the subgraph whose SDL is none", async () => {
		running.registry = { ...registrySubgraph(), sdl: "type Query {" };
		await expect(running.gateway.refresh()).rejects.toThrow(/\[registry\] Syntax Error.*line 1/);
	});

	it("is not made where nothing changed, and once for many calls", async () => {
		const swaps = () => running.logs.filter(({ message }) => message.includes("new generation")).length;
		await running.gateway.refresh();
		expect(swaps()).toBe(1);
		running.registry = withLater();
		await Promise.all(Array.from({ length: 20 }, () => running.gateway.refresh()));
		expect(swaps()).toBe(2);
		expect(running.gateway.supergraphSdl()).toContain("later");
	});
});
