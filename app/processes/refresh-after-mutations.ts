import { OperationTypeNode } from "graphql";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";

/** The subgraph whose mutations change the graph: one answers only when the graph of this gateway shows what it did. */
export function refreshAfterMutations(subgraph: SubgraphExecutor, refresh: () => Promise<void>): SubgraphExecutor {
	const { snapshot, prepare } = subgraph;
	return {
		name: subgraph.name,
		sdl: () => subgraph.sdl(),
		subscribe: (request) => subgraph.subscribe(request),
		...(prepare === undefined ? {} : { prepare: prepare.bind(subgraph) }),
		async execute(request) {
			const result = await subgraph.execute(request);
			if (request.operation.kind === OperationTypeNode.MUTATION) await refresh();
			return result;
		},
		...(snapshot === undefined
			? {}
			: { snapshot: async () => refreshAfterMutations(await snapshot.call(subgraph), refresh) }),
	};
}
