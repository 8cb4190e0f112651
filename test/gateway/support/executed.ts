import { QueryPlanner } from "@graphql-hive/router-query-planner";
import { buildSchema, type DocumentNode, type ExecutionResult, parse, validate } from "graphql";
import { permissions } from "../../../core/ports/principal.ts";
import type { SubgraphExecutor, SubgraphRequest } from "../../../core/ports/subgraph.ts";
import { selectOperation } from "../../../gateway/admit/select-operation.ts";
import type { WithheldFields } from "../../../gateway/authorize/withheld-fields.ts";
import type { CompiledOperation } from "../../../gateway/execute/compile-operation.ts";
import { compiledOperations } from "../../../gateway/execute/compiled-operations.ts";
import { executableGraph } from "../../../gateway/execute/executable-graph.ts";
import type { Execution } from "../../../gateway/execute/execution.ts";
import type { OperationVariables } from "../../../gateway/execute/operation-variables.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../../../gateway/transport/in-process.ts";
import { compose } from "../../../schema/compose.ts";
import { recordingLogger } from "./gateway.ts";

/** A graph over subgraphs, planned and executed without a gateway around it. */
export interface ExecutedGraph {
	prepare(
		query: string,
		options?: {
			/** The query, where it is parsed already. */
			readonly document?: DocumentNode;
			readonly variables?: Readonly<Record<string, unknown>>;
			readonly name?: string | null;
			readonly withheld?: WithheldFields;
		},
	): Promise<{ readonly compiled: CompiledOperation; readonly variables: OperationVariables }>;
	run(query: string, variables?: Readonly<Record<string, unknown>>): Promise<ExecutionResult>;
	/** What the subgraphs were asked, in order. */
	readonly asked: { readonly subgraph: string; readonly request: SubgraphRequest }[];
}

export function execution(changes: Partial<Execution> = {}): Execution {
	return {
		requestId: "r",
		principal: { id: "anyone", permissions: new Set(permissions), projects: null },
		signal: new AbortController().signal,
		...changes,
	};
}

/** `wrap` may change how a subgraph answers: break it, slow it down, let it lie. */
export async function executedGraph(
	loaded: Readonly<Record<string, LoadedSubgraph>>,
	wrap: (subgraph: SubgraphExecutor) => SubgraphExecutor = (subgraph) => subgraph,
): Promise<ExecutedGraph> {
	const logger = recordingLogger([]);
	const asked: ExecutedGraph["asked"] = [];
	const subgraphs = Object.entries(loaded).map(([name, one]) => {
		const subgraph = wrap(inProcessSubgraph(name, () => one, logger));
		const note = (request: SubgraphRequest) => void asked.push({ subgraph: name, request });
		return {
			...subgraph,
			execute: (request: SubgraphRequest) => {
				note(request);
				return subgraph.execute(request);
			},
			subscribe: (request: SubgraphRequest) => {
				note(request);
				return subgraph.subscribe(request);
			},
		};
	});
	const sources = Object.entries(loaded).map(([name, { sdl }]) => ({ name, sdl }));
	const { supergraphSdl, publicSdl } = compose(sources);
	const schema = buildSchema(publicSdl);
	const graph = executableGraph({ supergraphSdl, schema, subgraphs, sources });
	const planner = new QueryPlanner(supergraphSdl);
	const operations = compiledOperations(graph, { responseErrors: 100, cachedPlans: 100 });
	const prepare: ExecutedGraph["prepare"] = async (
		query,
		{ document = parse(query), variables = {}, name = null, withheld } = {},
	) => {
		const errors = validate(schema, document);
		if (errors.length > 0) throw new AggregateError(errors, errors.map(({ message }) => message).join("\n"));
		const operation = selectOperation(document, name);
		const read = operations.read(operation, variables);
		const compiled = await operations.compiled(document, operation, read, {
			withheld: withheld ?? { key: "", reasons: new Map(), document, operation },
			override: { labels: [], percentage: 0, key: "" },
			plan: async (text) => planner.plan(text, null, new Set(), 0),
		});
		return { compiled, variables: read };
	};
	return {
		asked,
		prepare,
		async run(query, variables = {}) {
			const prepared = await prepare(query, { variables });
			return prepared.compiled.execute(prepared.variables, execution());
		},
	};
}
