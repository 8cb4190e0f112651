import { Registry } from "prom-client";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OperationContext } from "../../../core/ports/subgraph.ts";
import { inProcessSubgraph } from "../../../gateway/transport/in-process.ts";
import { type Running, recordingLogger, startGateway } from "../support/gateway.ts";
import { registrySubgraph, servingSubgraph, subgraph, World } from "../support/subgraphs.ts";

/** Queries that run until the gate is opened, and what they read when they began. */
class Gate {
	value = 1;
	begun = 0;
	readonly ended: AbortSignal[] = [];
	#opened = Promise.withResolvers<void>();

	async read({ principal, signal }: OperationContext): Promise<{ value: number; reader: string }> {
		const read = { value: this.value, reader: principal.id };
		this.begun += 1;
		this.ended.push(signal);
		await this.#opened.promise;
		return read;
	}

	open(): void {
		this.#opened.resolve();
	}
}

const query = "{ gated { value reader } things { id reader value } whoAmI }";
const as = (name: string) => ({ authorization: `Bearer ${name}` });

let gate: Gate;
let metrics: Registry;
let running: Running;
beforeEach(async () => {
	gate = new Gate();
	metrics = new Registry();
	const gated = subgraph(
		`type Query { gated: Read } type Read { value: Int reader: String } type Mutation { set(value: Int!): Int }`,
		{
			Query: { gated: (_: unknown, __: unknown, context: OperationContext) => gate.read(context) },
			Mutation: { set: (_: unknown, { value }: { value: number }) => (gate.value = value) },
		},
	);
	const logger = recordingLogger([]);
	const registry = registrySubgraph();
	const serving = servingSubgraph(new World());
	running = await startGateway({
		metrics,
		subgraphs: [
			inProcessSubgraph("gated", () => gated, logger),
			inProcessSubgraph("registry", () => registry, logger),
			inProcessSubgraph("serving", () => serving, logger),
		],
	});
});
afterEach(async () => {
	gate.open();
	await running.gateway.close();
});

const shared = async () =>
	Number(/^featuregraph_gateway_shared_queries_total (\d+)/m.exec(await metrics.metrics())?.[1] ?? 0);

describe("equal queries at the same time", () => {
	it("share one execution for one principal, and none with another", async () => {
		const names = ["alice", "bob", "alice", "bob", "alice", "bob"];
		const answers = names.map((name) => running.post(query, {}, as(name)));
		await expect.poll(shared).toBe(4);
		expect(gate.begun).toBe(2);
		gate.open();
		for (const [i, answer] of (await Promise.all(answers)).entries()) {
			const reader = names[i];
			expect(answer.errors).toBeUndefined();
			expect(answer.data).toMatchObject({ whoAmI: reader, gated: { reader }, things: [{ reader }, { reader }] });
		}
	});

	it("are not joined by who asks after a mutation ended: what was written is read", async () => {
		const before = running.post("{ gated { value } }", {}, as("alice"));
		await expect.poll(() => gate.begun).toBe(1);
		expect((await running.post("mutation { set(value: 2) }", {}, as("alice"))).data).toEqual({ set: 2 });
		const after = running.post("{ gated { value } }", {}, as("alice"));
		await expect.poll(() => gate.begun).toBe(2);
		gate.open();
		expect((await before).data).toEqual({ gated: { value: 1 } });
		expect((await after).data).toEqual({ gated: { value: 2 } });
		expect(await shared()).toBe(0);
	});

	it("are answered though one of their clients leaves", async () => {
		const leaving = [new AbortController(), new AbortController()];
		const send = (signal: AbortSignal) =>
			fetch(`${running.url}/graphql`, {
				method: "POST",
				headers: { "content-type": "application/json" },
				body: JSON.stringify({ query: "{ gated { reader } }" }),
				signal,
			}).catch(() => null);
		const clients = leaving.map(({ signal }) => send(signal));
		await expect.poll(shared).toBe(1);
		leaving[0]?.abort();
		await clients[0];
		// The server learns of it in its own time: one more joins meanwhile, and all run as one still.
		const staying = running.post("{ gated { reader } }");
		await expect.poll(shared).toBe(2);
		expect(gate.ended.map(({ aborted }) => aborted)).toEqual([false]);
		gate.open();
		expect((await staying).data).toEqual({ gated: { reader: "anonymous" } });
		expect(gate.begun).toBe(1);
		await clients[1];
	});

	it("end when all their clients have left", async () => {
		const leaving = new AbortController();
		const client = fetch(`${running.url}/graphql`, {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify({ query: "{ gated { reader } }" }),
			signal: leaving.signal,
		}).catch(() => null);
		await expect.poll(() => gate.begun).toBe(1);
		leaving.abort();
		await client;
		await expect.poll(() => gate.ended[0]?.aborted).toBe(true);
	});
});
