import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";
import { subgraphSdl } from "../../schema/subgraph-sdl.ts";
import { type ModelsSubgraphDeps, modelsResolvers } from "./resolvers.ts";

export function modelsSchema(deps: ModelsSubgraphDeps): GraphQLSchema {
	return buildSubgraphSchema([{ typeDefs: parse(subgraphSdl("models")), resolvers: modelsResolvers(deps) }]);
}
