import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { Composed, SubgraphSource } from "../../schema/compose.ts";

/** A version of the graph before it is built. */
export interface GraphDraft {
	/** Of all that it is made of: the same hash is the same graph. */
	readonly hash: string;
	/** What its subgraphs say of themselves; none for a supergraph that was composed elsewhere. */
	readonly sources: readonly SubgraphSource[];
	readonly subgraphs: readonly SubgraphExecutor[];
	/** Throws CompositionError. */
	compose(): Promise<Composed>;
	/** Its subgraphs are asked no more: neither by it nor by what was built of it. */
	release?(): void;
}

/** Where the graph comes from: it is read anew whenever it may have changed. */
export interface GraphSource {
	read(): Promise<GraphDraft>;
}
