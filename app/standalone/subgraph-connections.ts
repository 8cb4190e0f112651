import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { Connected } from "../../gateway/generation/supergraph-source.ts";
import type { SubgraphPlace } from "../../schema/read-supergraph.ts";

/** A subgraph that holds connections. */
export interface ClosableSubgraph extends SubgraphExecutor {
	close(): Promise<void>;
}

/**
 * Connections to subgraphs, one for each name and place however many generations of the graph ask it: they outlive a
 * swap that leaves the subgraph where it is.
 */
export class SubgraphConnections {
	readonly #open: (place: SubgraphPlace) => ClosableSubgraph;
	readonly #held = new Map<string, { readonly subgraph: ClosableSubgraph; holders: number }>();

	constructor(open: (place: SubgraphPlace) => ClosableSubgraph) {
		this.#open = open;
	}

	get size(): number {
		return this.#held.size;
	}

	connect(places: readonly SubgraphPlace[]): Connected {
		const keys = places.map((place) => JSON.stringify([place.name, place.url]));
		const subgraphs = places.map((place, i) => {
			const key = keys[i] ?? "";
			const held = this.#held.get(key) ?? { subgraph: this.#open(place), holders: 0 };
			held.holders += 1;
			this.#held.set(key, held);
			return held.subgraph;
		});
		let connected = true;
		return {
			subgraphs,
			release: () => {
				if (!connected) return;
				connected = false;
				for (const key of keys) this.#release(key);
			},
		};
	}

	async close(): Promise<void> {
		const all = [...this.#held.values()];
		this.#held.clear();
		await Promise.all(all.map(({ subgraph }) => subgraph.close()));
	}

	#release(key: string): void {
		const held = this.#held.get(key);
		if (held === undefined) return;
		held.holders -= 1;
		if (held.holders > 0) return;
		this.#held.delete(key);
		void held.subgraph.close();
	}
}
