/** The limit: the same data as one schema, on Mercurius with JIT, without a gateway. */
import fastify from "fastify";
import mercurius, { type IResolvers } from "mercurius";
import { report } from "./messages.ts";
import { monolith } from "./subgraphs.js";

const app = fastify();
await app.register(mercurius, { schema: monolith.typeDefs, resolvers: monolith.resolvers as IResolvers, jit: 1 });
report({ report: "ready", url: `${await app.listen({ host: "127.0.0.1", port: 0 })}/graphql` });
