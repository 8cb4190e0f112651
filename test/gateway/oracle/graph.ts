import type { DocumentNode, ExecutionResult, GraphQLSchema } from "graphql";
import { compose } from "../../../schema/compose.ts";
import { type Monolith, monolithOf } from "./monolith.ts";
import { subgraphSdl } from "./sdl.ts";
import { subgraphSchema } from "./subgraph-schema.ts";
import type { World } from "./world.ts";

/** A world in its two forms: as subgraphs with their supergraph, and as one schema. */
export interface WorldGraph {
	readonly world: World;
	readonly subgraphs: readonly { readonly name: string; readonly sdl: string; readonly schema: GraphQLSchema }[];
	readonly supergraphSdl: string;
	readonly publicSdl: string;
	readonly monolith: Monolith;
	/** The fields of mutations that subgraphs ran, in order; to be emptied before each operation. */
	readonly mutated: string[];
}

/** Throws CompositionError. */
export function graphOf(world: World): WorldGraph {
	const mutated: string[] = [];
	const subgraphs = world.subgraphs.flatMap((name) => {
		const sdl = subgraphSdl(world, name);
		const schema = subgraphSchema(world, name, mutated);
		return sdl === null || schema === null ? [] : [{ name, sdl, schema }];
	});
	const { supergraphSdl, publicSdl } = compose(subgraphs);
	return { world, subgraphs, supergraphSdl, publicSdl, monolith: monolithOf(world, publicSdl), mutated };
}

/** Something that answers operations on a world's graph. */
export interface GraphUnderTest {
	execute(document: DocumentNode, variables: Record<string, unknown>, signal?: AbortSignal): Promise<ExecutionResult>;
	close(): Promise<void>;
}
