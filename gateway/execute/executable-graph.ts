import { type GraphQLSchema, Kind, parse } from "graphql";
import type { SubgraphExecutor } from "../../core/ports/subgraph.ts";
import type { SubgraphSource } from "../../schema/compose.ts";
import { type SoundPlan, soundPlans } from "../plan/verify/sound-plan.ts";
import type { PlanContext } from "./compile-plan.ts";
import { type PlannedKey, plannedKeysOf } from "./planned-key.ts";
import { type StandsAlone, standsAloneIn } from "./stands-alone.ts";
import { typeConditionsOf } from "./type-conditions.ts";

/** One version of the graph, as operations are compiled against it. */
export interface ExecutableGraph {
	/** What clients see. */
	readonly schema: GraphQLSchema;
	/** There are object types that they do not. */
	readonly hidesTypes: boolean;
	readonly plannedKey: PlannedKey;
	readonly plans: PlanContext;
	readonly soundPlan: SoundPlan;
	/** By the name of the subgraph: of those whose results need no second look. */
	readonly alone: ReadonlyMap<string, StandsAlone>;
}

export interface GraphParts {
	/** It has the types that clients do not see, too: plans speak of them. */
	readonly supergraphSdl: string;
	/** The public one. */
	readonly schema: GraphQLSchema;
	readonly subgraphs: readonly SubgraphExecutor[];
	/** What the subgraphs say of themselves, as far as that is known. */
	readonly sources: readonly SubgraphSource[];
}

export function executableGraph({ supergraphSdl, schema, subgraphs, sources }: GraphParts): ExecutableGraph {
	const supergraph = parse(supergraphSdl, { noLocation: true });
	const objectTypes = new Set<string>();
	for (const definition of supergraph.definitions) {
		if (definition.kind === Kind.OBJECT_TYPE_DEFINITION) objectTypes.add(definition.name.value);
	}
	const satisfies = typeConditionsOf(supergraph);
	const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
	const completed = sources.filter(({ name }) => byName.get(name)?.completed === true);
	return {
		schema,
		hidesTypes: [...objectTypes].some((name) => schema.getType(name) === undefined),
		plannedKey: plannedKeysOf(supergraph),
		plans: {
			subgraphs: byName,
			satisfies,
			isObjectType: (typename) => objectTypes.has(typename),
		},
		soundPlan: soundPlans(supergraph, satisfies),
		alone: new Map(completed.map(({ name, sdl }) => [name, standsAloneIn(sdl, schema)])),
	};
}
