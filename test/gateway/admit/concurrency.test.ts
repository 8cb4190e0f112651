import { afterEach, describe, expect, it } from "vitest";
import { createPlaces } from "../../../gateway/admit/concurrency.ts";
import { type Running, startGateway } from "../support/gateway.ts";
import { holdSlow, registrySubgraph } from "../support/subgraphs.ts";

describe("places", () => {
	it("are so many for each, and so many for all", () => {
		const places = createPlaces("operations", { perPrincipal: 2, total: 3 });
		const [first] = [places.take("a"), places.take("a"), places.take("b")];
		expect(() => places.take("a")).toThrow("2 operations");
		expect(() => places.take("b")).toThrow("as it can");
		first?.();
		first?.();
		places.take("b");
		expect(() => places.take("b")).toThrow("2 operations");
		expect(() => places.take("c")).toThrow("as it can");
	});
});

describe("operations at once", () => {
	let running: Running | null = null;
	afterEach(async () => {
		await running?.gateway.close();
	});
	const as = (name: string) => ({ authorization: `Bearer ${name}` });

	it("are bounded for each principal, who may try again", async () => {
		running = await startGateway({ limits: { operationsPerPrincipal: 2, operations: 3 } });
		const { post } = running;
		running.registry = registrySubgraph("later: Int");
		const slow = holdSlow(running.registry);
		await running.gateway.refresh();
		const held = ["a", "b"].map((name) => post(`{ ${name}: slow(millis: 0) }`, {}, as("alice")));
		await expect.poll(() => slow.held).toBe(2);
		const refused = await post("{ served }", {}, as("alice"));
		expect(refused.status).toBe(429);
		expect(refused.headers.get("retry-after")).toBe("1");
		expect(refused.errors?.[0]?.extensions["code"]).toBe("RATE_LIMITED");
		expect(refused.raw).not.toHaveProperty("data");
		expect((await post("{ served }", {}, as("bob"))).status).toBe(200);
		slow.goOn();
		for (const answer of await Promise.all(held)) expect(answer.status).toBe(200);
		expect((await post("{ served }", {}, as("alice"))).status).toBe(200);
	});

	it("of which subscriptions are bounded, too, and their places come back", async () => {
		running = await startGateway({ limits: { subscriptionsPerPrincipal: 1 } });
		const { url, world } = running;
		const follow = (signal: AbortSignal) =>
			fetch(`${url}/graphql?query=${encodeURIComponent("subscription { changes { id } }")}`, {
				headers: { accept: "text/event-stream" },
				signal,
			});
		const left = new AbortController();
		expect((await follow(left.signal)).status).toBe(200);
		const refused = await follow(new AbortController().signal);
		expect(refused.status).toBe(429);
		expect(await refused.json()).toMatchObject({ errors: [{ extensions: { code: "RATE_LIMITED" } }] });
		left.abort();
		await expect.poll(() => world.listening).toBe(0);
		const again = new AbortController();
		await expect.poll(async () => (await follow(again.signal)).status).toBe(200);
		again.abort();
	});
});
