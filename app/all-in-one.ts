import { Registry as Metrics } from "prom-client";
import type { Logger } from "../core/ports/logger.ts";
import { createComposer } from "../gateway/generation/composer.ts";
import { startJobs } from "../jobs/start-jobs.ts";
import type { Registry } from "../services/registry/registry.ts";
import { openAdapters } from "./adapters.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { listen } from "./listen.ts";
import { localFiles } from "./local-files.ts";
import { createLogger } from "./logging.ts";
import { openGateway } from "./open-gateway.ts";
import { openRegistry } from "./open-registry.ts";
import { componentsAnswer } from "./readiness.ts";
import { type RunningServer, runServer } from "./running-server.ts";
import { localSubgraphs } from "./subgraphs.ts";
import { systemClock } from "./system-clock.ts";
import { wireUseCases } from "./use-cases.ts";

/** Everything in one process: gateway, the four subgraphs, jobs, schedules. Ready when this resolves. */
export function startAllInOne(
	configuration: Configuration,
	logger: Logger = createLogger(configuration.logLevel),
): Promise<RunningServer> {
	return runServer(logger, async (closers) => {
		const clock = systemClock();
		const metrics = new Metrics();
		const adapters = await openAdapters(configuration, { logger, clock, closers, metrics });
		// What an apply would make is composed before it commits, and is there when the gateway asks for it.
		const composer = createComposer();
		closers.add("composer", () => composer.close());
		const registry = await openRegistry(configuration, adapters, { clock, logger, composer });
		closers.add("registry", () => registry.close());

		// An apply that changes the typed face answers only when the graph shows it.
		const graph = { refresh: async () => {} };
		const refreshing: Registry = {
			...registry,
			async apply(principal, input) {
				const applied = await registry.apply(principal, input);
				await graph.refresh();
				return applied;
			},
		};
		const useCases = wireUseCases(configuration, adapters, refreshing, { clock, logger });
		closers.add("pushed rows", () => useCases.jobs.onlineWriter.stop());
		const { database, online, bus, queue } = adapters;
		const gateway = await openGateway(
			configuration,
			{
				subgraphs: localSubgraphs(configuration, refreshing, useCases, logger),
				composer,
				files: localFiles(adapters, useCases),
				features: useCases.readFeatures,
				push: useCases.takePush,
				metrics,
				ready: () =>
					componentsAnswer([
						{ name: "database", ping: () => database.ping() },
						{ name: "online store", ping: () => online.ping() },
						{ name: "event bus", ping: () => bus.ping() },
						{ name: "job queue", ping: () => queue.ping() },
					]),
			},
			logger,
		);
		closers.add("gateway", () => gateway.close());
		const refresh = (): Promise<void> =>
			gateway.refresh().catch((error: unknown) => logger.error({ err: error }, "the graph could not be refreshed"));
		graph.refresh = refresh;
		const unsubscribe = await bus.subscribe("registry", () => void graph.refresh());
		closers.add("graph", unsubscribe);
		await gateway.refresh();

		const jobs = await startJobs(useCases.jobs);
		closers.add("jobs", () => jobs.stop());

		const url = await listen(gateway.app, configuration);
		logger.info({ address: url }, "ready");
		return url;
	});
}
