import { readFileSync } from "node:fs";

export const subgraphNames = ["registry", "models", "serving", "monitoring"] as const;
export type SubgraphName = (typeof subgraphNames)[number];

const read = (file: string): string => readFileSync(new URL(file, import.meta.url), "utf8");

/** The contract of one subgraph as it stands in this folder, with what all subgraphs share before it. */
export function subgraphSdl(name: SubgraphName): string {
	return `${read("shared.graphql")}\n${read(`${name}.graphql`)}`;
}

/**
 * The serving subgraph with a typed face of the registry: `entityFace` is SDL that extends `Entities` and
 * declares the types of the entities; empty for an empty registry.
 */
export function servingSdl(entityFace: string): string {
	return entityFace === "" ? subgraphSdl("serving") : `${subgraphSdl("serving")}\n${entityFace}`;
}
