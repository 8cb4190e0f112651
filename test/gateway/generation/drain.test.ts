import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createClient } from "graphql-ws";
import { afterEach, describe, expect, it } from "vitest";
import { createComposer } from "../../../gateway/generation/composer.ts";
import type { GraphSource } from "../../../gateway/generation/graph-source.ts";
import { RunningGeneration } from "../../../gateway/generation/running-generation.ts";
import { graphOfSubgraphs } from "../../../gateway/generation/subgraphs-source.ts";
import { inProcessSubgraph } from "../../../gateway/transport/in-process.ts";
import { CompositionError } from "../../../schema/compose.ts";
import { recordingLogger, startGateway } from "../support/gateway.ts";
import { registrySubgraph, servingSubgraph, World } from "../support/subgraphs.ts";

describe("a generation", () => {
	const running = (lingerMillis = 0) => {
		const gone: string[] = [];
		return { gone, generation: new RunningGeneration("first", (name) => gone.push(name), lingerMillis) };
	};

	it("is let go once it is retired and its last operation has ended", async () => {
		const { gone, generation } = running();
		const first = generation.lease();
		const second = generation.lease();
		first.release();
		first.release();
		generation.retire();
		await new Promise((resolve) => setTimeout(resolve, 5));
		expect(gone).toEqual([]);
		second.release();
		await expect.poll(() => gone).toEqual(["first"]);
	});

	it("waits for what was prepared on it and begins a moment later", async () => {
		const { gone, generation } = running(50);
		const prepared = generation.lease();
		generation.retire();
		prepared.release();
		const begun = prepared.again();
		await new Promise((resolve) => setTimeout(resolve, 100));
		expect(gone).toEqual([]);
		begun.release();
		await expect.poll(() => gone).toEqual(["first"]);
	});

	it("ends the subscriptions that it still has, and no other operation", () => {
		const { generation } = running();
		const ended: string[] = [];
		generation.lease();
		const left = generation.lease(() => ended.push("left"));
		generation.lease(() => ended.push("stays"));
		left.release();
		generation.endSubscriptions();
		expect(ended).toEqual(["stays"]);
	});
});

describe("old generations of the graph", () => {
	const ends: (() => unknown)[] = [];
	afterEach(async () => {
		for (const end of ends.splice(0).reverse()) await end();
	});

	/** A gateway whose source tells which drafts were released, and which are still in memory. */
	async function start() {
		const world = new World();
		const composer = createComposer();
		ends.push(() => composer.close());
		const logger = recordingLogger([]);
		const serving = servingSubgraph(world);
		const state = { field: "v0", released: [] as string[], held: [] as WeakRef<object>[] };
		const source: GraphSource = {
			async read() {
				const name = state.field;
				const registry = inProcessSubgraph("registry", () => registrySubgraph(`${name}: Int`), logger);
				const draft = await graphOfSubgraphs(
					[registry, inProcessSubgraph("serving", () => serving, logger)],
					composer,
				).read();
				for (const subgraph of draft.subgraphs) state.held.push(new WeakRef(subgraph));
				return { ...draft, release: () => state.released.push(name) };
			},
		};
		const running = await startGateway({ subgraphs: source, composer });
		ends.push(() => running.gateway.close());
		const swap = async (field: string) => {
			state.field = field;
			await running.gateway.refresh();
		};
		return { running, world, state, swap };
	}

	it("release their subgraphs when their last subscription has ended", async () => {
		const { running, world, state, swap } = await start();
		const client = createClient({ url: `${running.url.replace("http", "ws")}/graphql` });
		ends.push(() => client.dispose());
		const events = client.iterate({ query: "subscription { changes { id name } }" });
		const first = events.next();
		await expect.poll(() => world.listening).toBe(1);
		await swap("v1");
		await swap("v2");
		await expect.poll(() => state.released, { timeout: 30_000 }).toEqual(["v1"]);
		world.emit("1");
		expect((await first).value).toMatchObject({ data: { changes: { name: "one" } } });
		await client.dispose();
		await expect.poll(() => state.released, { timeout: 30_000 }).toEqual(["v1", "v0"]);
	});

	it("release at once what is drafted and not needed: the same graph again, or one that does not compose", async () => {
		const { state, swap } = await start();
		await swap("v0");
		expect(state.released).toEqual(["v0"]);
		await expect(swap("value")).rejects.toThrow(CompositionError);
		expect(state.released).toEqual(["v0", "value"]);
	});

	it("leave no trace in memory", async () => {
		const { running, state, swap } = await start();
		for (let n = 1; n <= 6; n++) {
			await running.post("{ things { id name value } }");
			await swap(`v${n}`);
		}
		await expect.poll(() => state.released.length, { timeout: 30_000 }).toBe(6);
		setFlagsFromString("--expose-gc");
		const collect = runInNewContext("gc") as () => void;
		const alive = () => {
			collect();
			return state.held.filter((ref) => ref.deref() !== undefined).length;
		};
		// Of the generation that is served: two subgraphs.
		await expect.poll(alive, { timeout: 10_000, interval: 100 }).toBe(2);
	});
});
