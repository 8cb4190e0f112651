import { buildSubgraphSchema } from "@apollo/subgraph";
import { type GraphQLSchema, parse } from "graphql";
import { subgraphSdl } from "../../schema/subgraph-sdl.ts";
import { type MonitoringSubgraphDeps, monitoringResolvers } from "./resolvers.ts";

export function monitoringSchema(deps: MonitoringSubgraphDeps): GraphQLSchema {
	return buildSubgraphSchema([{ typeDefs: parse(subgraphSdl("monitoring")), resolvers: monitoringResolvers(deps) }]);
}
