import { getStitchedSchemaFromSupergraphSdl } from "@graphql-tools/federation";
import {
	type DocumentNode,
	type ExecutionResult,
	type GraphQLResolveInfo,
	type GraphQLSchema,
	type OperationTypeNode,
	print,
} from "graphql";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import { readSupergraph } from "../../schema/read-supergraph.ts";
import { unavailable } from "./execute-sole.ts";
import { type Execution, isExecution, operationContext } from "./execution.ts";
import { mendStitched } from "./gateway-resolvers.ts";
import { mapEvents } from "./map-events.ts";

interface SubgraphFetch {
	readonly document: DocumentNode;
	readonly variables?: Readonly<Record<string, unknown>>;
	readonly operationName?: string | undefined;
	readonly operationType?: string | undefined;
	readonly context?: unknown;
	readonly info?: GraphQLResolveInfo | undefined;
}

/** The executable graph over its subgraphs: each field knows which of them answers it. */
export function stitch(supergraphSdl: string, subgraphs: readonly SubgraphExecutor[]): GraphQLSchema {
	const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
	const byEndpoint = new Map(readSupergraph(supergraphSdl).subgraphs.map(({ name, url }) => [url, byName.get(name)]));
	return getStitchedSchemaFromSupergraphSdl({
		supergraphSdl,
		onSubschemaConfig(config) {
			const subgraph = byEndpoint.get(config.endpoint);
			if (subgraph === undefined) throw new Error(`No executor for the subgraph at ${config.endpoint}`);
			const executor = (fetch: SubgraphFetch) => fetchFrom(subgraph, fetch);
			// Its own type promises results of any type that a caller names.
			config.executor = executor as typeof config.executor;
		},
		onStitchedSchema: mendStitched,
	});
}

async function fetchFrom(
	subgraph: SubgraphExecutor,
	{ document, variables, operationName, operationType, context, info }: SubgraphFetch,
): Promise<ExecutionResult | AsyncIterableIterator<ExecutionResult>> {
	if (!isExecution(context)) throw new Error("A fetch without an operation");
	const request = {
		operation: {
			kind: (operationType ?? "query") as OperationTypeNode,
			document,
			text: print(document),
			name: operationName ?? null,
		},
		variables: variables ?? {},
		context: operationContext(context),
	};
	try {
		if (operationType !== "subscription") return await subgraph.execute(request);
		const events = await subgraph.subscribe(request);
		return Symbol.asyncIterator in events ? eachInOwnScope(events, context, info) : events;
	} catch (error) {
		throw unavailable(subgraph, error);
	}
}

/**
 * Begins a scope before each event. Stitching completes an event from the other subgraphs while it passes here,
 * with the context and the info that the subscription began with: in one scope, a second event of the same entity
 * would replay what was loaded for the first.
 */
function eachInOwnScope(
	events: AsyncIterable<ExecutionResult>,
	execution: Execution,
	info: GraphQLResolveInfo | undefined,
): AsyncIterableIterator<ExecutionResult> {
	return mapEvents(
		events,
		(event) => {
			execution.scope = {};
			if (info !== undefined) Object.assign(info, { rootValue: execution.scope });
			return event;
		},
		{ failure: (error) => (error instanceof Error ? error : new Error(String(error))), ended: () => undefined },
	);
}
