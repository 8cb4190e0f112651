import { buildASTSchema, type GraphQLSchema, parse } from "graphql";
import type { Composed } from "../../schema/compose.ts";
import { type Admission, createAdmission } from "../admit/admission.ts";
import { type Authorization, createAuthorization, policiesOfCredential } from "../authorize/authorization.ts";
import { type CompiledOperations, compiledOperations } from "../execute/compiled-operations.ts";
import { executableGraph } from "../execute/executable-graph.ts";
import type { GatewayLimits } from "../limits.ts";
import { createOverrides } from "../plan/override.ts";
import type { PlannableGraph, Planner } from "../plan/planner.ts";
import type { GraphDraft } from "./graph-source.ts";

/** One version of the graph, complete: an operation that begins on it ends on it. */
export interface Generation {
	/** Of all that it is made of: the same hash is the same graph. */
	readonly hash: string;
	readonly supergraphSdl: string;
	/** What clients see. */
	readonly schema: GraphQLSchema;
	readonly admit: Admission;
	readonly withhold: Authorization;
	readonly overridesOf: ReturnType<typeof createOverrides>;
	readonly plan: PlannableGraph["plan"];
	readonly operations: CompiledOperations;
	/** Nothing begins on it any more. */
	release(): void;
}

export interface BuildOptions {
	readonly limits: GatewayLimits;
	readonly planner: Planner;
}

/** Builds a graph that was composed. */
export async function buildGeneration(
	{ hash, sources, subgraphs }: GraphDraft,
	{ supergraphSdl, publicSdl }: Composed,
	{ limits, planner }: BuildOptions,
): Promise<Generation> {
	const plannable = await planner.load(supergraphSdl);
	const schema = publicSchema(publicSdl);
	return {
		hash,
		supergraphSdl,
		schema,
		admit: createAdmission(schema, limits, supergraphSdl),
		withhold: createAuthorization(parse(supergraphSdl, { noLocation: true }), policiesOfCredential),
		overridesOf: createOverrides(plannable.overrides, []),
		plan: plannable.plan,
		operations: compiledOperations(executableGraph({ supergraphSdl, schema, subgraphs, sources }), limits),
		release: plannable.release,
	};
}

/** The composer has proven it valid: to look again would hold the event loop up. */
const publicSchema = (sdl: string): GraphQLSchema =>
	buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
