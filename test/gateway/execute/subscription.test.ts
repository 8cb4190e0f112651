import type { ExecutionResult } from "graphql";
import { describe, expect, it } from "vitest";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";
import { executedGraph, execution } from "../support/executed.ts";
import { shop } from "./shop.ts";

const changed = (fields: string) => `subscription { changed(id: "p1") { ${fields} } }`;

async function follow(query: string, wrap?: (subgraph: SubgraphExecutor) => SubgraphExecutor) {
	const graph = await executedGraph(shop(), wrap);
	const { compiled, variables } = await graph.prepare(query);
	const events = await compiled.subscribe(variables, execution());
	const results: ExecutionResult[] = [];
	if (Symbol.asyncIterator in events) for await (const event of events) results.push(event);
	else results.push(events);
	return { results, asked: graph.asked };
}

describe("a subscription", () => {
	it("completes each event from the other subgraphs, afresh and in a scope of its own", async () => {
		const { results, asked } = await follow(changed("id price cost: shipping timesAsked"));
		expect(results).toEqual([
			{ data: { changed: { id: "p1", price: 10, cost: 4, timesAsked: 1 } } },
			{ data: { changed: { id: "p1", price: 10, cost: 4, timesAsked: 2 } } },
		]);
		const scopes = asked.map(({ request }) => request.context.scope);
		expect(asked.map(({ subgraph }) => subgraph)).toEqual(["catalogue", "shipping", "shipping"]);
		expect(new Set(scopes).size).toBe(3);
	});

	it("is followed by its subgraph alone where that answers all of it", async () => {
		const { results, asked } = await follow(changed("id price"));
		expect(results).toEqual([
			{ data: { changed: { id: "p1", price: 10 } } },
			{ data: { changed: { id: "p1", price: 10 } } },
		]);
		expect(asked).toHaveLength(1);
	});

	it("goes on after an event that another subgraph could not complete", async () => {
		let calls = 0;
		const { results } = await follow(changed("id stock shipping"), (subgraph) => ({
			...subgraph,
			name: subgraph.name,
			execute: async (request) => {
				calls += 1;
				if (calls === 1) throw new Error("down");
				return subgraph.execute(request);
			},
		}));
		expect(results).toMatchObject([
			{
				data: { changed: { id: "p1", stock: null, shipping: null } },
				errors: [{ path: ["changed", "stock"] }, { path: ["changed", "shipping"] }],
			},
			{ data: { changed: { id: "p1", stock: null, shipping: 4 } }, errors: [{ message: "no stock" }] },
		]);
	});

	it("that cannot begin is a result with its error", async () => {
		const { results } = await follow(changed("id shipping"), (subgraph) => ({
			...subgraph,
			subscribe: () => Promise.reject(new Error("down")),
		}));
		expect(results).toMatchObject([
			{ data: { changed: null }, errors: [{ path: ["changed"], extensions: { code: "SUBGRAPH_UNAVAILABLE" } }] },
		]);
	});

	it.each(["id", "id shipping"])("of %s ends its source when it is left", async (fields) => {
		const ended: string[] = [];
		const endless: AsyncIterableIterator<ExecutionResult> = {
			next: () => new Promise(() => undefined),
			return: async () => {
				ended.push(fields);
				return { done: true, value: undefined };
			},
			[Symbol.asyncIterator]: () => endless,
		};
		const graph = await executedGraph(shop(), (subgraph) => ({ ...subgraph, subscribe: async () => endless }));
		const { compiled, variables } = await graph.prepare(changed(fields));
		const events = await compiled.subscribe(variables, execution());
		if (!(Symbol.asyncIterator in events)) throw new Error("it did not begin");
		const iterator = events[Symbol.asyncIterator]();
		void iterator.next();
		await iterator.return?.();
		expect(ended).toEqual([fields]);
	});
});
