/** `@graphql-hive/gateway`. Arguments: the supergraph's file, and `rust` for its planner in Rust. */
import { createServer } from "node:http";
import { createGatewayRuntime } from "@graphql-hive/gateway";
import { unifiedGraphHandler } from "@graphql-hive/router-runtime";

const [file, planner] = process.argv.slice(2);
const gateway = createGatewayRuntime({
	supergraph: file,
	logging: false,
	...(planner === "rust" ? { unifiedGraphHandler } : {}),
});
const server = createServer(gateway);
server.listen(0, "127.0.0.1", () => {
	process.send({ report: "ready", url: `http://127.0.0.1:${server.address().port}/graphql` });
});
