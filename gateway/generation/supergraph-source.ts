import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { SubgraphPlace } from "../../schema/read-supergraph.ts";
import { type Composer, hashOf } from "./composer.ts";
import type { GraphSource } from "./graph-source.ts";

/** Subgraphs that are connected to, until they are released. */
export interface Connected {
	readonly subgraphs: readonly SubgraphExecutor[];
	release(): void;
}

/** The graph of a supergraph that was composed elsewhere, whose subgraphs are where it says. */
export function graphOfSupergraph(
	supergraphSdl: () => string,
	connect: (places: readonly SubgraphPlace[]) => Connected,
	composer: Composer,
): GraphSource {
	return {
		async read() {
			const sdl = supergraphSdl();
			const read = await composer.read(sdl);
			return { hash: hashOf([sdl]), sources: [], ...connect(read.subgraphs), compose: async () => read };
		},
	};
}
