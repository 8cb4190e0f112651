import type { Logger } from "../../core/ports/logger.ts";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { GatewayLimits } from "../limits.ts";
import { buildGeneration, type Generation, hashSources } from "./generation.ts";

/** The graph that is served, and the way to its next generation. */
export interface Graph {
	/** Null until the first refresh has succeeded. */
	current(): Generation | null;
	/**
	 * Reads every subgraph's SDL and, where it changed, builds the next generation and swaps it in at once.
	 * Resolves when what the subgraphs said at the call, or later, is served. Throws CompositionError or what a
	 * subgraph threw; the running generation then stays.
	 */
	refresh(): Promise<void>;
}

export function createGraph(
	subgraphs: readonly SubgraphExecutor[],
	{ limits, logger }: { readonly limits: GatewayLimits; readonly logger: Logger },
): Graph {
	let current: Generation | null = null;
	let running: Promise<void> | null = null;
	let next: Promise<void> | null = null;

	const swap = async (): Promise<void> => {
		const held = await Promise.all(subgraphs.map(async (subgraph) => subgraph.snapshot?.() ?? subgraph));
		const sources = await Promise.all(
			held.map(async (subgraph) => ({ name: subgraph.name, sdl: await subgraph.sdl() })),
		);
		if (current?.hash === hashSources(sources)) return;
		current = buildGeneration(sources, held, limits);
		logger.info({ graph: current.hash.slice(0, 12) }, "Serving a new generation of the graph");
	};
	const run = (): Promise<void> => {
		running = swap().finally(() => {
			running = null;
		});
		return running;
	};

	return {
		current: () => current,
		refresh() {
			if (running === null) return run();
			// One that runs may have read an SDL before the change: one more follows it, whoever asks meanwhile.
			next ??= running
				.catch(() => undefined)
				.then(() => {
					next = null;
					return run();
				});
			return next;
		},
	};
}
