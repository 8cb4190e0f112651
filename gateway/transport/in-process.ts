import { createSourceEventStream, type ExecutionResult, execute, type GraphQLSchema } from "graphql";
import type { Logger } from "../../core/ports/logger.ts";
import type { OperationContext, SubgraphExecutor, SubgraphRequest } from "../../core/ports/subgraph.ts";
import { completeResult } from "../complete/complete.ts";
import { publicErrors } from "../complete/public-error.ts";
import { withReasons } from "../complete/refused-literals.ts";
import { withFreshScope } from "../execute/execution.ts";
import { hasLeft, unheard } from "../execute/left.ts";
import { mapEvents } from "../execute/map-events.ts";
import { compileQueue } from "./compiled/compile-queue.ts";
import { compiledOperations } from "./compiled/compiled-operations.ts";

/** Operations that wait to be compiled, of all subgraphs of this process. */
const compiling = compileQueue(100);

/** A subgraph as it is now: its SDL, and the schema that answers it. */
export interface LoadedSubgraph {
	readonly sdl: string;
	readonly schema: GraphQLSchema;
}

/**
 * A subgraph that runs in this process. `load` is asked whenever the graph is refreshed and must be cheap when
 * nothing changed; an operation ends on the schema that its generation of the graph began with. Resolvers get
 * the OperationContext as their context, with a scope of its own for each event of a subscription. Queries that come
 * again run compiled, once for each SubgraphOperation; what compiled code cannot answer as graphql-js does,
 * graphql-js answers.
 */
export function inProcessSubgraph(
	name: string,
	load: () => LoadedSubgraph | Promise<LoadedSubgraph>,
	logger: Logger,
): SubgraphExecutor {
	const log = logger.child({ subgraph: name });
	const snapshot = async () => executorOf(name, await load(), log);
	return {
		name,
		snapshot,
		sdl: async () => (await load()).sdl,
		execute: async (request) => (await snapshot()).execute(request),
		subscribe: async (request) => (await snapshot()).subscribe(request),
	};
}

function executorOf(name: string, { sdl, schema }: LoadedSubgraph, logger: Logger): SubgraphExecutor {
	const argumentsOf = (
		{ operation, variables }: SubgraphRequest,
		contextValue: OperationContext,
		rootValue: unknown,
	) => ({
		schema,
		document: operation.document,
		operationName: operation.name,
		variableValues: variables,
		contextValue,
		rootValue,
	});
	const complete = (result: ExecutionResult, { operation, context }: SubgraphRequest) =>
		result.errors !== undefined && hasLeft(context)
			? unheard()
			: completeResult(withReasons(result, schema, operation.document), { requestId: context.requestId, logger });
	const compiledOnes = compiledOperations(schema, compiling);
	const run = async (request: SubgraphRequest, context: OperationContext, rootValue: unknown) => {
		const { operation, variables } = request;
		const compiled = compiledOnes.execute({ operation, variables, context, rootValue });
		const result =
			(compiled instanceof Promise ? await compiled : compiled) ??
			(await execute(argumentsOf(request, context, rootValue)));
		return complete(result, { ...request, context });
	};

	return {
		name,
		completed: true,
		sdl: async () => sdl,
		prepare: compiledOnes.prepare,
		execute: (request) => run(request, request.context, undefined),
		async subscribe(request) {
			const { context } = request;
			const source = await createSourceEventStream(argumentsOf(request, context, undefined));
			if (!(Symbol.asyncIterator in source)) return complete(source, request);
			return mapEvents(source, (event) => run(request, withFreshScope(context), event), {
				failure: (error) => publicErrors([error], { requestId: context.requestId, logger })[0] ?? new Error("unknown"),
				ended: () => undefined,
			});
		},
	};
}
