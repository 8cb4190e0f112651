import { Registry as Metrics } from "prom-client";
import type { Logger } from "../../core/ports/logger.ts";
import { startJobs } from "../../jobs/start-jobs.ts";
import { authenticateWith } from "../../services/access/authenticate.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { listen } from "../listen.ts";
import { openHouse } from "../open-house.ts";
import { processServer } from "../process-server.ts";
import { componentsAnswer } from "../readiness.ts";
import { type RunningServer, runServer } from "../running-server.ts";
import { systemClock } from "../system-clock.ts";

/** What runs by itself: jobs of the queue, schedules, timers. It is asked nothing but how it is. Ready when this resolves. */
export function startWorker(configuration: Configuration, logger: Logger): Promise<RunningServer> {
	return runServer(logger, async (closers) => {
		const metrics = new Metrics();
		const { adapters, useCases } = await openHouse(configuration, { logger, clock: systemClock(), closers, metrics });
		const { database, online, bus, queue } = adapters;
		const jobs = await startJobs(useCases.jobs);
		closers.add("jobs", () => jobs.stop());

		const server = await processServer({
			ready: () =>
				componentsAnswer([
					{ name: "database", ping: () => database.ping() },
					{ name: "online store", ping: () => online.ping() },
					{ name: "event bus", ping: () => bus.ping() },
					{ name: "job queue", ping: () => queue.ping() },
				]),
			registry: metrics,
			authenticate: authenticateWith(configuration.accessTokens, systemClock()),
			logger,
		});
		closers.add("server", () => server.close());
		const url = await listen(server.app, configuration);
		logger.info({ address: url }, "ready");
		return url;
	});
}
