import { type Client, createClient } from "graphql-ws";
import { afterEach, describe, expect, it } from "vitest";
import type { LoadedSubgraph } from "../../../gateway/transport/in-process.ts";
import { type Running, startGateway } from "../support/gateway.ts";
import { subgraph, World } from "../support/subgraphs.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
	for (const end of ends.splice(0).reverse()) await end();
});

/** The registry's part of the fixtures, in its nth version: it counts. */
function version(n: number, counter: World): LoadedSubgraph {
	return subgraph(
		`type Query { thing: Thing v${n}: Int }
		type Subscription { ticks: Int! ${n === 0 ? "old: Int" : ""} }
		type Thing @key(fields: "id") { id: ID! name: String }`,
		{
			Subscription: {
				ticks: { subscribe: () => counter.follow(), resolve: Number },
				old: { subscribe: () => counter.follow(), resolve: Number },
			},
			Thing: { __resolveReference: ({ id }: { id: string }) => ({ id, name: `thing ${id}` }) },
		},
	);
}

async function start(limits = {}) {
	const counter = new World();
	const running = await startGateway({ limits });
	ends.push(() => running.gateway.close());
	const swap = async (n: number): Promise<void> => {
		running.registry = version(n, counter);
		await running.gateway.refresh();
	};
	await swap(0);
	return { running, counter, swap };
}

/** Follows a subscription over a WebSocket of its own; tells what it has seen, and whether it is over. */
function follow({ url }: Running, query: string) {
	const client: Client = createClient({ url: `${url.replace("http", "ws")}/graphql`, webSocketImpl: WebSocket });
	ends.push(() => client.dispose());
	const seen: unknown[] = [];
	const state = { over: false };
	client.subscribe(
		{ query },
		{
			next: (result) => seen.push(result.data ?? result.errors),
			error: () => (state.over = true),
			complete: () => (state.over = true),
		},
	);
	return { seen, state, end: () => client.dispose() };
}

describe("subscriptions over swaps", () => {
	it("miss nothing and repeat nothing, whichever generation they began on", async () => {
		const { running, counter, swap } = await start();
		let sent = 0;
		const first = follow(running, "subscription { ticks }");
		await expect.poll(() => counter.listening).toBe(1);
		const emitting = setInterval(() => counter.emit(String(sent++)), 2);
		ends.push(() => clearInterval(emitting));
		for (let n = 1; n <= 3; n++) await swap(n);
		const second = follow(running, "subscription { ticks }");
		await expect.poll(() => second.seen.length).toBeGreaterThan(0);
		for (let n = 4; n <= 6; n++) await swap(n);
		clearInterval(emitting);
		const ticks = (from: number) => Array.from({ length: sent - from }, (_, i) => ({ ticks: from + i }));
		await expect.poll(() => first.seen.length).toBe(sent);
		expect(first.seen).toEqual(ticks(0));
		const begun = (second.seen[0] as { ticks: number }).ticks;
		await expect.poll(() => second.seen.length).toBe(sent - begun);
		expect(second.seen).toEqual(ticks(begun));
	});

	it("go on with a field that the new generation lacks, which nobody can ask for any more", async () => {
		const { running, counter, swap } = await start();
		const old = follow(running, "subscription { old }");
		await expect.poll(() => counter.listening).toBe(1);
		await swap(1);
		counter.emit("7");
		await expect.poll(() => old.seen).toEqual([{ old: 7 }]);
		const late = follow(running, "subscription { old }");
		await expect.poll(() => late.state.over).toBe(true);
	});

	it("have their entities completed by the generation that they began on", async () => {
		const { running, swap } = await start();
		const things = follow(running, "subscription { changes { id name } }");
		await expect.poll(() => running.world.listening).toBe(1);
		for (let n = 1; n <= 3; n++) {
			await swap(n);
			running.world.emit(String(n));
			await expect.poll(() => things.seen.at(-1)).toEqual({ changes: { id: String(n), name: `thing ${n}` } });
		}
	});

	it("are ended on the oldest generations when too many are kept, and on no other", async () => {
		const { running, counter, swap } = await start({ drainingGenerations: 2 });
		const kept: ReturnType<typeof follow>[] = [];
		for (let n = 1; n <= 4; n++) {
			kept.push(follow(running, "subscription { ticks }"));
			await expect.poll(() => counter.listening).toBe(Math.min(n, 3));
			await swap(n);
		}
		await expect.poll(() => kept.map(({ state }) => state.over)).toEqual([true, true, false, false]);
		await expect.poll(() => counter.listening).toBe(2);
		counter.emit("5");
		await expect.poll(() => kept.map(({ seen }) => seen)).toEqual([[], [], [{ ticks: 5 }], [{ ticks: 5 }]]);
	});
});
