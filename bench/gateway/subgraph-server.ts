/** One subgraph on Mercurius with JIT, for every gateway over HTTP. Argument: its name. */
import { buildSubgraphSchema } from "@apollo/subgraph";
import fastify from "fastify";
import { parse } from "graphql";
import mercurius from "mercurius";
import { report } from "./messages.ts";
import { subgraphs } from "./subgraphs.js";

const { typeDefs, resolvers } = subgraphs[process.argv[2] as keyof typeof subgraphs];
const app = fastify();
await app.register(mercurius, {
	schema: buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: resolvers as never }]),
	jit: 1,
});
report({ report: "ready", url: `${await app.listen({ host: "127.0.0.1", port: 0 })}/graphql` });
