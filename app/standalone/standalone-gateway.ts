import { readFile } from "node:fs/promises";
import { Registry } from "prom-client";
import { FeaturegraphError, FeaturegraphErrors } from "../../core/errors/featuregraph-error.ts";
import type { Logger } from "../../core/ports/logger.ts";
import { createGateway } from "../../gateway/gateway.ts";
import { createComposer } from "../../gateway/generation/composer.ts";
import { graphOfSupergraph } from "../../gateway/generation/supergraph-source.ts";
import { createHttpSubgraphMetrics } from "../../gateway/transport/http/metrics.ts";
import { CompositionError } from "../../schema/compose.ts";
import type { SubgraphPlace } from "../../schema/read-supergraph.ts";
import { authenticateWith } from "../../services/access/authenticate.ts";
import type { Crew } from "../cluster/crew.ts";
import { healthOfAll } from "../cluster/health-of-all.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { isLoopback } from "../configuration/load-configuration.ts";
import { type DoorConfiguration, doorOptions } from "../door-options.ts";
import { listen } from "../listen.ts";
import { type RunningServer, runServer } from "../running-server.ts";
import { systemClock } from "../system-clock.ts";
import { openTracing } from "../tracing.ts";
import { followFile } from "./followed-file.ts";
import { standaloneSubgraph } from "./standalone-subgraph.ts";
import { SubgraphConnections } from "./subgraph-connections.ts";

export type StandaloneConfiguration = Pick<Configuration, "host" | "port" | "corsOrigins" | "subgraphs"> &
	DoorConfiguration;

/**
 * The gateway alone, over the supergraph in a file: no database, no subgraph of ours. It follows the file; one that is
 * broken is logged with the reason, and the running graph stays. Ready when this resolves. Each of a crew follows it by itself.
 */
export function startStandaloneGateway(
	supergraphFile: string,
	configuration: StandaloneConfiguration,
	logger: Logger,
	crew: Crew | null = null,
): Promise<RunningServer> {
	const { host, port, accessTokens, corsOrigins, subgraphs } = configuration;
	return runServer(logger, async (closers) => {
		let served = await readSupergraphFile(supergraphFile);
		let wanted = served;
		const metrics = new Registry();
		const subgraphMetrics = createHttpSubgraphMetrics(metrics);
		const connections = new SubgraphConnections((place) => {
			const configured = subgraphs.find(({ name }) => name === place.name);
			return standaloneSubgraph(place, { logger, metrics: subgraphMetrics, configured });
		});
		closers.add("connections to subgraphs", () => connections.close());
		const composer = createComposer();
		closers.add("composer", () => composer.close());
		// It is read while the rest opens; what is wrong with it, the refresh tells.
		composer.read(served).catch(() => undefined);
		const tracer = await openTracing(process.env, "featuregraph-gateway", closers);
		const gateway = await createGateway({
			tracer,
			subgraphs: graphOfSupergraph(
				() => wanted,
				(places) => connections.connect(reachable(places, subgraphs)),
				composer,
			),
			composer,
			...(await doorOptions(configuration)),
			passedHeaders: [...new Set(subgraphs.flatMap(({ headers }) => headers))],
			authenticate: authenticateWith(accessTokens, systemClock()),
			logger,
			metrics,
			corsOrigins,
			...(accessTokens.length === 0 && isLoopback(host) ? { hosts: [host] } : {}),
			...(crew === null ? {} : { health: healthOfAll(crew), reservedStreams: false }),
		});
		closers.add("gateway", () => gateway.close());
		await gateway.refresh().catch(refuseBroken(supergraphFile));

		const reload = async (content: string): Promise<void> => {
			wanted = content;
			try {
				await gateway.refresh();
				served = content;
			} catch (error) {
				// What came meanwhile is being read already.
				if (wanted === content) wanted = served;
				logger.error({ err: error, file: supergraphFile }, "The supergraph is broken; the graph that runs stays");
			}
		};
		const unfollow = followFile(supergraphFile, served, {
			changed: (content) => void reload(content),
			lost: (error) =>
				logger.error({ err: error, file: supergraphFile }, "The supergraph cannot be read; the graph that runs stays"),
		});
		closers.add("file of the supergraph", async () => unfollow());

		if (accessTokens.length === 0 && !isLoopback(host)) {
			logger.warn({ host }, "Everybody who reaches this address may ask: no access tokens are configured");
		}
		const url = await listen(gateway.app, { host, port });
		logger.info({ address: url }, "ready");
		return url;
	});
}

async function readSupergraphFile(path: string): Promise<string> {
	try {
		return await readFile(path, "utf8");
	} catch (error) {
		throw new FeaturegraphError(
			"UNREADABLE_FILE",
			`The supergraph ${path} cannot be read.`,
			{ name: path, hint: "Name the file that your composition writes: --supergraph supergraph.graphql" },
			{ cause: error },
		);
	}
}

function refuseBroken(path: string) {
	return (error: unknown): never => {
		if (!(error instanceof CompositionError)) throw error;
		const errors = error.reasons.map((message) => ({
			code: "GRAPH_DOES_NOT_COMPOSE" as const,
			message,
			name: path,
			nearest: [],
		}));
		throw new FeaturegraphErrors(errors);
	};
}

/** Throws CompositionError for a place that nobody can be asked at. */
function reachable(
	places: readonly SubgraphPlace[],
	configured: StandaloneConfiguration["subgraphs"],
): readonly SubgraphPlace[] {
	const elsewhere = new Set(configured.map(({ name }) => name));
	const lost = places.filter(
		({ name, url }) => !elsewhere.has(name) && !["http:", "https:"].includes(URL.parse(url)?.protocol ?? ""),
	);
	if (lost.length === 0) return places;
	throw new CompositionError(
		lost.map(({ name, url }) => `[${name}] has no URL of HTTP: the supergraph says "${url}" in join__Graph`),
	);
}
