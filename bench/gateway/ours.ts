/**
 * Our gateway. Arguments: `in-process` or `http`, `sharing` for what it does by default (equal queries that are under way at
 * the same time are one), and over HTTP the subgraphs as NAME=URL.
 */
import { buildSubgraphSchema } from "@apollo/subgraph";
import { parse } from "graphql";
import type { Logger } from "../../core/ports/logger.ts";
import { type Principal, permissions } from "../../core/ports/principal.ts";
import { createGateway } from "../../gateway/gateway.ts";
import { httpSubgraph } from "../../gateway/transport/http/http-subgraph.ts";
import { inProcessSubgraph, type LoadedSubgraph } from "../../gateway/transport/in-process.ts";
import { type Order, report } from "./messages.ts";
import { type Part, publish, subgraphs } from "./subgraphs.js";

const [transport = "in-process", sharing = "alone", ...places] = process.argv.slice(2);
const quiet = () => undefined;
const logger: Logger = {
	debug: quiet,
	info: quiet,
	warn: (fields, message) => console.error(message, fields),
	error: (fields, message) => console.error(message, fields),
	child: () => logger,
};

function load({ typeDefs, resolvers }: Part): LoadedSubgraph {
	const modules = [{ typeDefs: parse(typeDefs), resolvers: resolvers as never }];
	return { sdl: typeDefs, schema: buildSubgraphSchema(modules) };
}

const more = "extend type Product { alsoKnownAs: String }";
const products = [
	subgraphs.products,
	{ ...subgraphs.products, typeDefs: `${subgraphs.products.typeDefs}\n${more}` },
].map(load);
let swaps = 0;

const inProcess = Object.entries(subgraphs).map(([name, part]) => {
	const loaded = load(part);
	return inProcessSubgraph(name, () => (name === "products" ? (products[swaps % 2] ?? loaded) : loaded), logger);
});
const overHttp = places.map((place) => {
	const [name = "", url = ""] = place.split("=");
	const part = subgraphs[name as keyof typeof subgraphs];
	return httpSubgraph({ name, url, sdl: async () => part.typeDefs, logger, subscriptions: null });
});

// One object for all requests, as the real one hands out.
const anonymous: Principal = { id: "anonymous", permissions: new Set(permissions), projects: null };
const gateway = await createGateway({
	subgraphs: transport === "http" ? overHttp : inProcess,
	authenticate: () => Promise.resolve(anonymous),
	logger,
	// Every request of a load is the same: what is measured is executing them, but for `sharing`.
	limits: {
		operationsPerPrincipal: 10_000,
		operations: 10_000,
		...(sharing === "sharing" ? {} : { sharedQueries: 0 }),
	},
});
await gateway.refresh();

process.on("message", (message: Order) => {
	switch (message.order) {
		case "heap":
			globalThis.gc?.();
			report({ report: "heap", megabytes: process.memoryUsage().heapUsed / 2 ** 20 });
			break;
		case "swap":
			swaps += 1;
			void gateway.refresh().then(() => report({ report: "swapped" }));
			break;
		case "publish":
			publish(message.body);
			break;
		case "open":
			break;
	}
});
report({ report: "ready", url: `${await gateway.app.listen({ host: "127.0.0.1", port: 0 })}/graphql` });
