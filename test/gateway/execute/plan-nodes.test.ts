import type { PlanNode } from "@graphql-hive/router-query-planner";
import type { ExecutionResult } from "graphql";
import { describe, expect, it } from "vitest";
import type { SubgraphExecutor, SubgraphRequest } from "../../../core/ports/subgraph.ts";
import { compilePlan } from "../../../gateway/execute/compile-plan.ts";
import { beginRun } from "../../../gateway/execute/execution.ts";
import type { Run } from "../../../gateway/execute/run.ts";
import { execution } from "../support/executed.ts";

type Answer = (request: SubgraphRequest) => ExecutionResult | Promise<ExecutionResult>;

/** Runs one node of a plan over data that are there already. */
async function run(
	node: PlanNode,
	answer: Answer,
	{ data = {}, variables = {} }: { data?: Record<string, unknown>; variables?: Record<string, unknown> } = {},
) {
	const asked: SubgraphRequest[] = [];
	const subgraph: SubgraphExecutor = {
		name: "s",
		sdl: async () => "",
		execute: async (request) => {
			asked.push(request);
			return answer(request);
		},
		subscribe: () => Promise.reject(new Error("not followed here")),
	};
	const { step } = compilePlan(
		{ kind: "QueryPlan", node },
		{
			subgraphs: new Map([["s", subgraph]]),
			satisfies: (typename, condition) => typename === condition || condition === "Any",
			isObjectType: (typename) => typename !== "Any",
		},
	);
	const context = beginRun(execution());
	const state: Run = {
		data,
		variables: { raw: variables, coerced: variables },
		strayErrors: [],
		context,
		execution: execution(),
	};
	await step(state);
	return { data, asked, stray: state.strayErrors };
}

const fetch = (operation: string, more: object = {}): PlanNode => ({
	kind: "Fetch",
	serviceName: "s",
	operationKind: "query",
	operation,
	...more,
});
const requires = (typeCondition: string, ...names: string[]) => [
	{
		kind: "InlineFragment" as const,
		typeCondition,
		selections: ["__typename", ...names].map((name) => ({ kind: "Field" as const, name })),
	},
];
const entities = (fields: string) =>
	`query($representations:[_Any!]!){_entities(representations: $representations){...on T{${fields}}}}`;
const thing = (id: string, more: object = {}) => ({ __typename: "T", id, ...more });
const representations = ({ variables }: SubgraphRequest) => variables["representations"] as { id: string }[];
const echo: Answer = (request) => ({
	data: { _entities: representations(request).map(({ id }) => ({ x: `x of ${id}` })) },
});

describe("a node of a plan", () => {
	it("Fetch brings the variables that it uses, and no others", async () => {
		const { asked, data } = await run(
			fetch("query($a:Int,$b:Int){a}", { variableUsages: ["a", "b"] }),
			() => ({ data: { a: 1 } }),
			{
				variables: { a: 1, c: 2 },
			},
		);
		expect({ ...asked[0]?.variables }).toEqual({ a: 1 });
		expect(data).toEqual({ a: 1 });
	});

	it("Sequence waits, Parallel does not", async () => {
		const order: string[] = [];
		const answer: Answer = async ({ operation }) => {
			order.push(`+${operation.text}`);
			await Promise.resolve();
			await Promise.resolve();
			order.push(`-${operation.text}`);
			return { data: { a: 1, b: 2 } };
		};
		await run({ kind: "Sequence", nodes: [fetch("{a}"), fetch("{b}")] }, answer);
		expect(order.splice(0)).toEqual(["+{a}", "-{a}", "+{b}", "-{b}"]);
		await run({ kind: "Parallel", nodes: [fetch("{a}"), fetch("{b}")] }, answer);
		expect(order).toEqual(["+{a}", "+{b}", "-{a}", "-{b}"]);
	});

	it.each([
		[true, { a: 1 }],
		[false, { b: 2 }],
		[undefined, { b: 2 }],
	])("Condition takes its way by a variable: %s", async (value, expected) => {
		const node: PlanNode = { kind: "Condition", condition: "c", ifClause: fetch("{a}"), elseClause: fetch("{b}") };
		const { data } = await run(node, ({ operation }) => ({ data: operation.text === "{a}" ? { a: 1 } : { b: 2 } }), {
			variables: { c: value },
		});
		expect(data).toEqual(expected);
	});

	it("Flatten finds entities in lists of lists, of its types, each once", async () => {
		const data = {
			lists: [[{ __typename: "W", t: thing("1") }, null], [{ __typename: "W", t: thing("2") }], null],
			others: [{ __typename: "O", t: thing("3") }],
		};
		const path = [{ Field: "lists" }, "@" as const, "@" as const, { TypeCondition: ["W"] }, { Field: "t" }];
		const node: PlanNode = { kind: "Flatten", path, node: fetch(entities("x"), { requires: requires("T", "id") }) };
		const { asked } = await run(node, echo, { data });
		expect(asked.flatMap(representations)).toEqual([thing("1"), thing("2")]);
		expect(data.lists[0]?.[0]).toEqual({ __typename: "W", t: thing("1", { x: "x of 1" }) });
		expect(data.others[0]?.t).toEqual(thing("3"));
	});

	it("Flatten sends what is required, in depth and by type, and leaves out what lacks it", async () => {
		const parts = [{ __typename: "P", n: 1, secret: 1 }, { __typename: "Q", m: 2 }, null];
		const data = {
			all: [thing("1", { parts }), thing("2", { parts: null }), thing("3"), { __typename: "U", id: "4" }, { id: "5" }],
		};
		const node: PlanNode = {
			kind: "Flatten",
			path: [{ Field: "all" }, "@"],
			node: fetch(entities("x"), {
				requires: [
					{
						kind: "InlineFragment",
						typeCondition: "T",
						selections: [
							{ kind: "Field", name: "__typename" },
							{ kind: "Field", name: "id" },
							{
								kind: "Field",
								name: "parts",
								selections: [
									{ kind: "InlineFragment", typeCondition: "P", selections: [{ kind: "Field", name: "n" }] },
									{ kind: "InlineFragment", typeCondition: "Q", selections: [{ kind: "Field", name: "m" }] },
								],
							},
						],
					},
				],
			}),
		};
		const { asked } = await run(node, echo, { data });
		expect(asked.flatMap(representations)).toEqual([
			thing("1", { parts: [{ n: 1 }, { m: 2 }, null] }),
			thing("2", { parts: null }),
		]);
	});

	it("Flatten asks nobody where there is nothing", async () => {
		const node: PlanNode = {
			kind: "Flatten",
			path: [{ Field: "all" }, "@"],
			node: fetch(entities("x"), { requires: requires("T", "id") }),
		};
		for (const all of [[], null, [null], "text", [{ __typename: "U", id: "1" }]]) {
			expect((await run(node, echo, { data: { all } })).asked).toEqual([]);
		}
	});

	it("BatchFetch asks once for several places, and lets them go their own ways afterwards", async () => {
		const group = (alias: string, variable: string, ...paths: string[]) => ({
			alias,
			representationsVariableName: variable,
			paths: paths.map((field) => [{ Field: field }]),
			requires: requires("T", "id"),
		});
		const node: PlanNode = {
			kind: "Sequence",
			nodes: [
				{
					kind: "BatchFetch",
					serviceName: "s",
					operation:
						"query($r0:[_Any!]!,$r1:[_Any!]!){_e0:_entities(representations:$r0){...on T{inner{__typename id}}} _e1:_entities(representations:$r1){...on T{x}}}",
					entityBatch: { aliases: [group("_e0", "r0", "a", "b"), group("_e1", "r1", "c")] },
				},
				...["a", "b"].map(
					(field): PlanNode => ({
						kind: "Flatten",
						path: [{ Field: field }, { Field: "inner" }],
						node: fetch(entities(`x: y(of: "${field}")`), { requires: requires("T", "id") }),
					}),
				),
			],
		};
		const { data, asked } = await run(
			node,
			({ operation, variables }) => {
				if (!operation.text.includes("_e0"))
					return { data: { _entities: [{ x: operation.text.includes('"a"') ? "a" : "b" }] } };
				expect(variables).toEqual({ r0: [thing("1")], r1: [] });
				return { data: { _e0: [{ inner: thing("i") }], _e1: [] } };
			},
			{ data: { a: thing("1"), b: thing("1"), c: null } },
		);
		expect(asked).toHaveLength(3);
		expect(data).toEqual({
			a: thing("1", { inner: thing("i", { x: "a" }) }),
			b: thing("1", { inner: thing("i", { x: "b" }) }),
			c: null,
		});
	});

	it("rewrites what is sent and what comes back", async () => {
		const node: PlanNode = {
			kind: "Flatten",
			path: [{ Field: "t" }],
			node: fetch(entities("_internal_qp_alias_0: x list{_internal_qp_alias_1: y}"), {
				requires: requires("Any", "id"),
				inputRewrites: [
					{ ValueSetter: { path: [{ TypenameEquals: ["Any"] }, { Key: "__typename" }], setValueTo: "Any" } },
				],
				outputRewrites: [
					{ KeyRenamer: { path: [{ TypenameEquals: ["T"] }, { Key: "_internal_qp_alias_0" }], renameKeyTo: "x" } },
					{ KeyRenamer: { path: [{ Key: "list" }, { Key: "_internal_qp_alias_1" }], renameKeyTo: "y" } },
				],
			}),
		};
		const { data, asked } = await run(
			node,
			() => ({ data: { _entities: [{ _internal_qp_alias_0: 1, list: [{ _internal_qp_alias_1: 2 }, null] }] } }),
			{ data: { t: thing("1") } },
		);
		expect(asked.flatMap(representations)).toEqual([{ __typename: "Any", id: "1" }]);
		expect(data).toEqual({ t: thing("1", { x: 1, list: [{ y: 2 }, null] }) });
	});

	it("fills objects that another fetch has brought in part, and keeps the type that is known best", async () => {
		const node: PlanNode = {
			kind: "Flatten",
			path: [{ Field: "t" }],
			node: fetch(entities("__typename dims{h} sizes{h}"), { requires: requires("Any", "id") }),
		};
		const { data } = await run(
			node,
			() => ({ data: { _entities: [{ __typename: "Any", dims: { h: 2 }, sizes: [{ h: 1 }, { h: 2 }], id: null }] } }),
			{ data: { t: thing("1", { dims: { w: 1 }, sizes: [{ w: 1 }, null] }) } },
		);
		expect(data).toEqual({ t: thing("1", { dims: { w: 1, h: 2 }, sizes: [{ w: 1, h: 1 }, { h: 2 }] }) });
	});

	it("asks nothing more once nobody waits", async () => {
		const gone = new AbortController();
		gone.abort();
		const asked: string[] = [];
		const subgraph: SubgraphExecutor = {
			name: "s",
			sdl: async () => "",
			execute: async ({ operation }) => {
				asked.push(operation.text);
				return { data: {} };
			},
			subscribe: () => Promise.reject(new Error("not followed here")),
		};
		const { step } = compilePlan(
			{ kind: "QueryPlan", node: fetch("{a}") },
			{ subgraphs: new Map([["s", subgraph]]), satisfies: () => true, isObjectType: () => true },
		);
		const left = execution({ signal: gone.signal });
		await step({
			data: {},
			variables: { raw: {}, coerced: {} },
			strayErrors: [],
			context: beginRun(left),
			execution: left,
		});
		expect(asked).toEqual([]);
	});
});
