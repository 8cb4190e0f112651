/**
 * A subgraph of one's own beside Featuregraph: `node examples/flights/airports-subgraph/main.ts --port 4010`. With
 * AIRPORTS_SECRET it answers the gateway alone, which is configured with the same `secret`.
 */
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { parseArgs } from "node:util";
import { ApolloServer } from "@apollo/server";
import { ApolloServerPluginInlineTraceDisabled } from "@apollo/server/plugin/disabled";
import { readAirports } from "./airports-file.ts";
import { airportsSchema } from "./airports-schema.ts";
import { type Context, httpServer } from "./server.ts";
import { signatureCheck } from "./who-asks.ts";

const { values: options } = parseArgs({ options: { port: { type: "string", default: "4010" } } });
const secret = process.env["AIRPORTS_SECRET"];

const airports = await readAirports();
const apollo = new ApolloServer<Context>({
	schema: airportsSchema(airports),
	plugins: [ApolloServerPluginInlineTraceDisabled()],
});
await apollo.start();
const server = httpServer(apollo, secret === undefined ? null : signatureCheck("airports", secret));
server.listen(Number(options.port), "127.0.0.1");
await once(server, "listening").catch((error: unknown) => {
	process.stderr.write(
		`${error instanceof Error ? error.message : String(error)}\n  npm run airports -- --port NUMBER takes another one.\n`,
	);
	process.exit(1);
});
const { port } = server.address() as AddressInfo;
process.stdout.write(`${airports.size} airports: http://127.0.0.1:${port}/graphql. Ctrl-C ends it.\n`);
