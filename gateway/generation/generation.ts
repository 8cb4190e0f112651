import { buildASTSchema, type GraphQLSchema, parse } from "graphql";
import type { Composed } from "../../schema/compose.ts";
import { type Admission, createAdmission } from "../admit/admission.ts";
import { stitch } from "../execute/stitch.ts";
import type { GatewayLimits } from "../limits.ts";
import { type SoleSubgraph, soleSubgraphOf } from "../plan/sole-subgraph.ts";
import type { GraphDraft } from "./graph-source.ts";

/** One version of the graph, complete: an operation that begins on it ends on it. */
export interface Generation {
	/** Of the subgraphs' SDL: the same SDL makes the same generation. */
	readonly hash: string;
	readonly supergraphSdl: string;
	readonly graph: GraphQLSchema;
	readonly admit: Admission;
	readonly soleSubgraph: SoleSubgraph;
}

/** Builds a graph that was composed. */
export function buildGeneration(
	{ hash, sources, subgraphs }: GraphDraft,
	{ supergraphSdl, publicSdl }: Composed,
	limits: GatewayLimits,
): Generation {
	return {
		hash,
		supergraphSdl,
		graph: stitch(supergraphSdl, subgraphs),
		admit: createAdmission(publicSchema(publicSdl), limits, supergraphSdl),
		soleSubgraph: soleSubgraphOf(sources, subgraphs),
	};
}

/** The composer has proven it valid: to look again would hold the event loop up. */
const publicSchema = (sdl: string): GraphQLSchema =>
	buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
