import { Registry } from "prom-client";
import { forceHeader } from "../core/federation/force-header.ts";
import { cacheHeader } from "../core/online/cache-header.ts";
import type { Logger } from "../core/ports/logger.ts";
import type { SubgraphExecutor } from "../core/ports/subgraph.ts";
import { createGateway, type Gateway, type GatewayOptions } from "../gateway/gateway.ts";
import { createComposer } from "../gateway/generation/composer.ts";
import { authenticateWith } from "../services/access/authenticate.ts";
import { Closers } from "./closers.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { doorOptions } from "./door-options.ts";
import { systemClock } from "./system-clock.ts";
import { openTracing } from "./tracing.ts";
import { joinedGraph } from "./user-subgraphs/joined-graph.ts";
import { openUserSubgraphs } from "./user-subgraphs/user-subgraphs.ts";

interface GatewayParts
	extends Pick<
		GatewayOptions,
		"composer" | "files" | "features" | "push" | "ready" | "metrics" | "health" | "reservedStreams"
	> {
	/** Ours. */
	readonly subgraphs: readonly SubgraphExecutor[];
}

/**
 * The gateway as it is configured, over our subgraphs and those of users: the same in a process of its own as with all the
 * rest. Its `close` closes all that it opened.
 */
export async function openGateway(
	configuration: Configuration,
	{ subgraphs: ours, metrics = new Registry(), ...parts }: GatewayParts,
	logger: Logger,
): Promise<Gateway> {
	const { accessTokens, corsOrigins, host, home, subgraphs: configured } = configuration;
	const closers = new Closers(logger);
	try {
		const composer = parts.composer ?? createComposer();
		if (parts.composer === undefined) closers.add("composer", () => composer.close());
		const graph = { refresh: async () => {} };
		const changed = () => {
			graph.refresh().catch((error: unknown) => logger.error({ err: error }, "the graph could not be refreshed"));
		};
		const users = await openUserSubgraphs(configured, { home, logger, metrics, changed });
		closers.add("subgraphs of users", () => users.close());

		const tracer = await openTracing(process.env, "featuregraph-gateway", closers);
		const gateway = await createGateway({
			...parts,
			tracer,
			...(await doorOptions(configuration)),
			metrics,
			composer,
			subgraphs: users.candidates.length === 0 ? ours : joinedGraph(ours, users.candidates, { composer, logger }),
			passedHeaders: [...new Set([forceHeader, cacheHeader, ...configured.flatMap(({ headers }) => headers)])],
			authenticate: authenticateWith(accessTokens, systemClock()),
			logger,
			corsOrigins,
			...(accessTokens.length === 0 ? { hosts: [host] } : {}),
		});
		closers.add("gateway", () => gateway.close());
		graph.refresh = gateway.refresh;
		return { ...gateway, close: () => closers.close() };
	} catch (error) {
		await closers.close();
		throw error;
	}
}
