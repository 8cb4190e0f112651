import { type DocumentNode, type ExecutionResult, getOperationAST } from "graphql";
import type { Logger } from "../../../core/ports/logger.ts";
import { permissions } from "../../../core/ports/principal.ts";
import type { SubgraphExecutor } from "../../../core/ports/subgraph.ts";
import { compiledOperations } from "../../../gateway/execute/compiled-operations.ts";
import { executableGraph } from "../../../gateway/execute/executable-graph.ts";
import { defaultLimits } from "../../../gateway/limits.ts";
import type { Planner } from "../../../gateway/plan/planner.ts";
import { inProcessSubgraph } from "../../../gateway/transport/in-process.ts";
import type { GraphUnderTest, WorldGraph } from "./graph.ts";

const principal = { id: "oracle", permissions: new Set(permissions), projects: null };
const reasons = new Map();

/** It follows subscriptions, too. */
interface ExecutedGraph extends GraphUnderTest {
	follow(document: DocumentNode, variables: Record<string, unknown>): Promise<ExecutionResult[]>;
}

/** A world on the gateway's own planner and executor. */
export async function executedGraph(
	{ subgraphs, supergraphSdl, monolith }: WorldGraph,
	planner: Planner,
	executors: readonly SubgraphExecutor[],
): Promise<ExecutedGraph> {
	const plannable = await planner.load(supergraphSdl);
	const graph = executableGraph({ supergraphSdl, schema: monolith.schema, subgraphs: executors, sources: subgraphs });
	const operations = compiledOperations(graph, { ...defaultLimits, responseErrors: 10_000 });
	const prepare = async (document: DocumentNode, variables: Record<string, unknown>) => {
		const operation = getOperationAST(document);
		if (operation === null || operation === undefined) throw new Error("No operation");
		const read = operations.read(operation, variables);
		const compiled = await operations.compiled(document, operation, read, {
			withheld: { document, operation, reasons, key: "" },
			override: { labels: [], percentage: 50, key: "" },
			plan: (text) => plannable.plan({ text, labels: [], percentage: 50 }),
		});
		return { compiled, read };
	};
	return {
		async execute(document, variables, signal = new AbortController().signal): Promise<ExecutionResult> {
			const { compiled, read } = await prepare(document, variables);
			return compiled.execute(read, { requestId: "oracle", principal, signal });
		},
		async follow(document, variables): Promise<ExecutionResult[]> {
			const { compiled, read } = await prepare(document, variables);
			const { signal } = new AbortController();
			const events = await compiled.subscribe(read, { requestId: "oracle", principal, signal });
			return Symbol.asyncIterator in events ? Array.fromAsync(events) : [events];
		},
		close: async () => plannable.release(),
	};
}

export async function inProcessExecutors({ subgraphs }: WorldGraph, logger: Logger): Promise<SubgraphExecutor[]> {
	return Promise.all(
		subgraphs.map(async ({ name, sdl, schema }) => {
			const subgraph = inProcessSubgraph(name, () => ({ sdl, schema }), logger);
			return (await subgraph.snapshot?.()) ?? subgraph;
		}),
	);
}
