import { Registry as Metrics } from "prom-client";
import type { Logger } from "../../core/ports/logger.ts";
import type { SubgraphName } from "../../schema/subgraph-sdl.ts";
import { authenticateWith } from "../../services/access/authenticate.ts";
import type { Crew } from "../cluster/crew.ts";
import { healthOfAll } from "../cluster/health-of-all.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { apolloHost } from "../hosts/apollo-host.ts";
import { featuresRoute } from "../hosts/features-route.ts";
import { filesRoutes } from "../hosts/files-routes.ts";
import { graphqlRoute } from "../hosts/graphql-route.ts";
import { HeldSchemas } from "../hosts/held-schemas.ts";
import { createMeasure } from "../hosts/measure.ts";
import { mercuriusHost } from "../hosts/mercurius-host.ts";
import { pushRoute } from "../hosts/push-route.ts";
import { verifyWith } from "../hosts/signed-requests.ts";
import { listen } from "../listen.ts";
import { localFiles } from "../local-files.ts";
import { openHouse } from "../open-house.ts";
import { processServer } from "../process-server.ts";
import { componentsAnswer } from "../readiness.ts";
import { type RunningServer, runServer } from "../running-server.ts";
import { subgraphLoader } from "../subgraphs.ts";
import { systemClock } from "../system-clock.ts";

/** One subgraph: on Mercurius the one that is asked most, serving; the others on Apollo Server. Ready when this resolves. */
export function startSubgraph(
	name: SubgraphName,
	configuration: Configuration,
	logger: Logger,
	crew: Crew | null = null,
): Promise<RunningServer> {
	return runServer(logger, async (closers) => {
		const metrics = new Metrics();
		const parts = { logger, clock: systemClock(), closers, metrics };
		const { adapters, registry, useCases } = await openHouse(configuration, parts);
		const { database, online, bus, queue, blobs } = adapters;

		const present = subgraphLoader(name, configuration, registry, useCases);
		const schemas = new HeldSchemas({
			name,
			open: name === "serving" ? mercuriusHost : apolloHost,
			// Whoever asks what the subgraph is now has often just changed it.
			load: () => registry.refresh().then(present),
			logger,
		});
		closers.add("schemas", () => schemas.close());
		await schemas.refresh();
		const changed = (): void =>
			void schemas
				.refresh()
				.catch((error: unknown) => logger.error({ err: error }, "The schema could not be refreshed"));
		closers.add("schema changes", await bus.subscribe("registry", changed));

		const verify = verifyWith(configuration.subgraphSecrets, name);
		const components = [
			{ name: "database", ping: () => database.ping() },
			{ name: "event bus", ping: () => bus.ping() },
		];
		if (name === "serving") {
			components.push(
				{ name: "online store", ping: () => online.ping() },
				{ name: "job queue", ping: () => queue.ping() },
			);
		}
		const own = { ready: () => componentsAnswer(components), registry: metrics };
		const server = await processServer({
			...(crew === null ? own : healthOfAll(crew)(own)),
			authenticate: authenticateWith(configuration.accessTokens, systemClock()),
			logger,
		});
		closers.add("server", () => server.close());
		const shutdown = new AbortController();
		closers.add("streams", async () => shutdown.abort());
		const measure = createMeasure(metrics, name);
		await server.app.register(graphqlRoute, {
			schemas,
			verify,
			logger,
			measure,
			shutdown: shutdown.signal,
		});
		if (name === "serving") {
			await server.app.register(featuresRoute, { verify, readFeatures: useCases.readFeatures, measure });
			await server.app.register(pushRoute, { verify, takePush: useCases.takePush, measure });
			await server.app.register(filesRoutes, { verify, ...localFiles({ blobs }, useCases) });
		}
		const url = await listen(server.app, configuration);
		logger.info({ address: url, subgraph: name }, "ready");
		return url;
	});
}
