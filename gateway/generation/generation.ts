import { setImmediate as turn } from "node:timers/promises";
import { buildASTSchema, type GraphQLSchema, parse } from "graphql";
import type { Composed } from "../../schema/compose.ts";
import { type Admission, createAdmission } from "../admit/admission.ts";
import { type Authorization, createAuthorization, type DecidePolicies } from "../authorize/authorization.ts";
import { type CompiledOperations, compiledOperations } from "../execute/compiled-operations.ts";
import { executableGraph } from "../execute/executable-graph.ts";
import type { GatewayLimits } from "../limits.ts";
import { createOverrides } from "../plan/override.ts";
import type { PlannableGraph, Planner } from "../plan/planner.ts";
import type { GraphDraft } from "./graph-source.ts";
import { HotOperations } from "./hot-operations.ts";

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
	readonly hot: HotOperations;
	/** Nothing begins on it any more. */
	release(): void;
}

export interface BuildOptions {
	readonly limits: GatewayLimits;
	readonly planner: Planner;
	readonly decidePolicies: DecidePolicies;
	/** Labels of `@override` that are on. */
	readonly overrideLabels: readonly string[];
	/** Whether refusals of documents name nothing of the schema that lies near. By default they do. */
	readonly hideSuggestions?: boolean;
}

/** Builds a graph that was composed. For a large one that takes a while: between its steps the event loop turns. */
export async function buildGeneration(
	{ hash, sources, subgraphs }: GraphDraft,
	{ supergraphSdl, publicSdl }: Composed,
	{ limits, planner, decidePolicies, overrideLabels, hideSuggestions = false }: BuildOptions,
): Promise<Generation> {
	const plannable = await planner.load(supergraphSdl);
	const schema = publicSchema(publicSdl);
	await turn();
	const admit = createAdmission({ publicSchema: schema, supergraphSdl, limits, hideSuggestions });
	await turn();
	const withhold = createAuthorization(parse(supergraphSdl, { noLocation: true }), decidePolicies);
	await turn();
	const executable = executableGraph({ supergraphSdl, schema, subgraphs, sources });
	return {
		hash,
		supergraphSdl,
		schema,
		admit,
		withhold,
		overridesOf: createOverrides(plannable.overrides, overrideLabels),
		plan: plannable.plan,
		operations: compiledOperations(executable, limits),
		hot: new HotOperations(limits.countedOperations),
		release: plannable.release,
	};
}

/** The composer has proven it valid: to look again would hold the event loop up. */
const publicSchema = (sdl: string): GraphQLSchema =>
	buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
