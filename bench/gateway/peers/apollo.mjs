/** `@apollo/gateway` in Apollo Server. Argument: the supergraph's file. */
import { readFileSync } from "node:fs";
import { ApolloGateway } from "@apollo/gateway";
import { ApolloServer } from "@apollo/server";
import { startStandaloneServer } from "@apollo/server/standalone";

const gateway = new ApolloGateway({ supergraphSdl: readFileSync(process.argv[2], "utf8") });
const server = new ApolloServer({ gateway });
const { url } = await startStandaloneServer(server, { listen: { host: "127.0.0.1", port: 0 } });
process.send({ report: "ready", url: `${url.replace("localhost", "127.0.0.1").replace(/\/$/, "")}/graphql` });
