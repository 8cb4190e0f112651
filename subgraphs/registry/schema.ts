import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";
import { subgraphSdl } from "../../schema/subgraph-sdl.ts";
import type { Registry } from "../../services/registry/registry.ts";
import { registryResolvers } from "./resolvers.ts";

export function registrySchema(registry: Registry): GraphQLSchema {
	return buildSubgraphSchema([{ typeDefs: parse(subgraphSdl("registry")), resolvers: registryResolvers(registry) }]);
}
