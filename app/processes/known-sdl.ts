import type { Logger } from "../../core/ports/logger.ts";
import { type SubgraphName, subgraphSdl } from "../../schema/subgraph-sdl.ts";

/**
 * What a subgraph says that its SDL is; while it does not answer what it said last, and before it ever did what this
 * version knows of it, so that the rest of the graph is served and can change without it. Of serving that is nothing:
 * only it knows the typed face of the registry.
 */
export function knownSdl(name: SubgraphName, ask: () => Promise<string>, logger: Logger): () => Promise<string> {
	let known = name === "serving" ? null : subgraphSdl(name);
	return async () => {
		try {
			known = await ask();
		} catch (error) {
			if (known === null) throw error;
			logger.warn({ err: error, subgraph: name }, "A subgraph does not tell its schema; the one that is known stays");
		}
		return known;
	};
}
