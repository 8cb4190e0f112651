import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";
import type { Logger } from "../core/ports/logger.ts";
import { createGateway, type Gateway } from "../gateway/gateway.ts";
import { startJobs } from "../jobs/start-jobs.ts";
import { authenticateWith } from "../services/access/authenticate.ts";
import type { Registry } from "../services/registry/registry.ts";
import { mayDownload } from "../services/training/training-sets.ts";
import { receiveUpload } from "../services/training/uploads.ts";
import { type Adapters, openAdapters } from "./adapters.ts";
import { Closers } from "./closers.ts";
import type { Configuration } from "./configuration/configuration.ts";
import { createLogger } from "./logging.ts";
import { openRegistry } from "./open-registry.ts";
import { componentsAnswer } from "./readiness.ts";
import { localSubgraphs } from "./subgraphs.ts";
import { systemClock } from "./system-clock.ts";
import { type UseCases, wireUseCases } from "./use-cases.ts";

export interface RunningServer {
	/** Where it listens: `http://127.0.0.1:4000`. */
	readonly url: string;
	/** Lets requests and jobs end, then closes everything. Can be called more than once. */
	stop(): Promise<void>;
	/** Resolves when it has stopped. */
	readonly stopped: Promise<void>;
}

/** Everything in one process: gateway, the four subgraphs, jobs, schedules. Ready when this resolves. */
export async function startAllInOne(
	configuration: Configuration,
	logger: Logger = createLogger(configuration.logLevel),
): Promise<RunningServer> {
	const closers = new Closers(logger);
	const clock = systemClock();
	const stopped = Promise.withResolvers<void>();
	let stopping: Promise<void> | undefined;
	const stop = (): Promise<void> => {
		stopping ??= closers.close().then(stopped.resolve, stopped.reject);
		return stopping;
	};
	try {
		const adapters = await openAdapters(configuration, { logger, clock, closers });
		const registry = await openRegistry(configuration, adapters, { clock, logger });
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
		const gateway = await openGateway(configuration, adapters, refreshing, useCases, logger);
		closers.add("gateway", () => gateway.close());
		graph.refresh = () =>
			gateway.refresh().catch((error: unknown) => logger.error({ err: error }, "the graph could not be refreshed"));
		const unsubscribe = await adapters.bus.subscribe("registry", () => void graph.refresh());
		closers.add("graph", unsubscribe);
		await gateway.refresh();

		const jobs = await startJobs(useCases.jobs);
		closers.add("jobs", () => jobs.stop());

		const url = await listen(gateway, configuration);
		logger.info({ address: url }, "ready");
		return { url, stop, stopped: stopped.promise };
	} catch (error) {
		await stop();
		throw error;
	}
}

function openGateway(
	configuration: Configuration,
	{ database, online, bus, queue, blobs }: Adapters,
	registry: Registry,
	useCases: UseCases,
	logger: Logger,
): Promise<Gateway> {
	const { accessTokens, corsOrigins, host } = configuration;
	return createGateway({
		subgraphs: localSubgraphs(configuration, registry, useCases, logger),
		authenticate: authenticateWith(accessTokens),
		logger,
		files: {
			blobs,
			mayDownload: (principal, key) => mayDownload(useCases.serving, principal, key),
			upload: ({ id, content, principal }) => receiveUpload(useCases.uploads, principal, id, content),
		},
		ready: () =>
			componentsAnswer([
				{ name: "database", ping: () => database.ping() },
				{ name: "online store", ping: () => online.ping() },
				{ name: "event bus", ping: () => bus.ping() },
				{ name: "job queue", ping: () => queue.ping() },
			]),
		corsOrigins,
		...(accessTokens.length === 0 ? { hosts: [host] } : {}),
	});
}

async function listen({ app }: Gateway, { host, port }: Configuration): Promise<string> {
	try {
		return await app.listen({ host, port });
	} catch (error) {
		if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
			throw new FeaturegraphError(
				"CONFIGURATION_INVALID",
				`Something else listens on ${host}:${port} already.`,
				{
					name: "PORT",
					hint: "End it, or set PORT to another one (0 takes a free one).",
				},
				{ cause: error },
			);
		}
		throw error;
	}
}
