/**
 * `@graphql-tools/federation` in Mercurius. Arguments: the supergraph's file, `in-process` or `http`, and `sharing` for what it
 * does by default: equal requests to a subgraph that are under way at the same time are one.
 */
import { readFileSync } from "node:fs";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { getStitchedSchemaFromSupergraphSdl } from "@graphql-tools/federation";
import fastify from "fastify";
import { execute, isObjectType, parse } from "graphql";
import mercurius from "mercurius";
import { subgraphs } from "../subgraphs.js";

const [file, mode, sharing] = process.argv.slice(2);

function executorOf({ name, endpoint }) {
	if (mode !== "in-process") return undefined;
	const { typeDefs, resolvers } = subgraphs[name.toLowerCase()];
	const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers }]);
	return ({ document, variables, context }) =>
		execute({ schema, document, variableValues: variables, contextValue: context, endpoint });
}

const schema = getStitchedSchemaFromSupergraphSdl({
	supergraphSdl: readFileSync(file, "utf8"),
	batch: true,
	httpExecutorOpts: { deduplicateInflightRequests: sharing === "sharing" },
	onSubschemaConfig(config) {
		const executor = executorOf(config);
		if (executor !== undefined) config.executor = executor;
	},
});
// Mercurius gives all operations one root value, and stitching keys its loaders on it: without this every answer would be
// that of the first operation, from memory.
for (const type of Object.values(schema.getTypeMap())) {
	if (!isObjectType(type) || type.name.startsWith("__")) continue;
	for (const field of Object.values(type.getFields())) {
		const { resolve } = field;
		if (resolve === undefined) continue;
		field.resolve = (source, args, context, info) => resolve(source, args, context, { ...info, rootValue: context });
	}
}
const app = fastify();
await app.register(mercurius, { schema });
process.send({ report: "ready", url: `${await app.listen({ host: "127.0.0.1", port: 0 })}/graphql` });
