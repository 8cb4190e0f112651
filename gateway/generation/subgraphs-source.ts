import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import { type Composer, hashSources } from "./composer.ts";
import type { GraphSource } from "./graph-source.ts";

/** The graph of these subgraphs, composed here. Each draft holds them at what they said when it was read. */
export function graphOfSubgraphs(subgraphs: readonly SubgraphExecutor[], composer: Composer): GraphSource {
	return {
		async read() {
			const held = await Promise.all(subgraphs.map(async (subgraph) => subgraph.snapshot?.() ?? subgraph));
			const sources = await Promise.all(
				held.map(async (subgraph) => ({ name: subgraph.name, sdl: await subgraph.sdl() })),
			);
			return { hash: hashSources(sources), sources, subgraphs: held, compose: () => composer.compose(sources) };
		},
	};
}
