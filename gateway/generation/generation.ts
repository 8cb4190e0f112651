import { createHash } from "node:crypto";
import { buildSchema, type GraphQLSchema } from "graphql";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import { compose, type SubgraphSource } from "../../schema/compose.ts";
import { type Admission, createAdmission } from "../admit/admission.ts";
import { stitch } from "../execute/stitch.ts";
import type { GatewayLimits } from "../limits.ts";
import { type SoleSubgraph, soleSubgraphOf } from "../plan/sole-subgraph.ts";

/** One version of the graph, complete: an operation that begins on it ends on it. */
export interface Generation {
	/** Of the subgraphs' SDL: the same SDL makes the same generation. */
	readonly hash: string;
	readonly supergraphSdl: string;
	readonly graph: GraphQLSchema;
	readonly admit: Admission;
	readonly soleSubgraph: SoleSubgraph;
}

/** Composes and builds a graph from subgraphs whose SDL is given. Throws CompositionError. */
export function buildGeneration(
	sources: readonly SubgraphSource[],
	subgraphs: readonly SubgraphExecutor[],
	limits: GatewayLimits,
): Generation {
	const { supergraphSdl, publicSdl } = compose(sources);
	return {
		hash: hashSources(sources),
		supergraphSdl,
		graph: stitch(supergraphSdl, subgraphs),
		admit: createAdmission(buildSchema(publicSdl), limits),
		soleSubgraph: soleSubgraphOf(sources, subgraphs),
	};
}

export function hashSources(sources: readonly SubgraphSource[]): string {
	const hash = createHash("sha256");
	for (const { name, sdl } of sources) hash.update(`${name}\0${sdl}\0`);
	return hash.digest("hex");
}
