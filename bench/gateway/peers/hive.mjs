/**
 * `@graphql-hive/gateway`. Arguments: the supergraph's file, `rust` or `js` for its planner, and `sharing` for what it does
 * by default: equal requests to a subgraph that are under way at the same time are one.
 */
import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway";
import { unifiedGraphHandler } from "@graphql-hive/router-runtime";

const [file, planner, sharing] = process.argv.slice(2);
const gateway = createGatewayRuntime({
	supergraph: file,
	logging: false,
	...(planner === "rust" ? { unifiedGraphHandler } : {}),
	...(sharing === "sharing"
		? {}
		: { transportEntries: { "*.http": { options: { deduplicateInflightRequests: false } } } }),
});
const server = createServer(gateway);
server.listen(0, "127.0.0.1", () => {
	process.send({ report: "ready", url: `http://127.0.0.1:${server.address().port}/graphql` });
});
